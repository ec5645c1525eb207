// A stand-in for the Weft server while the console is built and tested: replays recorded answers of a real Kiali
// (mock/fixtures), filters them by namespace, lets the rates drift a little, and serves ui/dist when it is there.
// Not part of the product. Usage: node mock/server.mjs [--port 20005] [--delay ms]
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { option, serveConsole } from './console.mjs';
import { syntheticGraph } from './synthetic.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const delay = Number(option('delay', 60));
const recorded = new Map();

function answer(name) {
  if (!recorded.has(name)) recorded.set(name, JSON.parse(gunzipSync(readFileSync(join(here, 'fixtures', `${name}.json.gz`)))));
  return recorded.get(name);
}

function hasAnswer(name) {
  try {
    answer(name);
    return true;
  } catch {
    return false;
  }
}

const fixed = {
  '/api/config': 'config',
  '/api/config/disabled': 'config_disabled',
  '/api/status': 'status',
  '/api': 'status',
  '/api/auth/info': 'auth_info',
  '/api/istio/status': 'istio_status',
  '/api/mesh/tls': 'mesh_tls',
};

function namespaces() {
  return answer('namespaces').filter(
    ({ name }) => !name.startsWith('valid-'),
  );
}

function namespacesGraph(query) {
  const wanted = (query.get('namespaces') ?? '').split(',').filter(Boolean);
  if (wanted.length === 0) return [400, { error: 'At least one namespace must be specified via the namespaces query parameter.' }];
  const missing = wanted.find((name) => name === 'broken');
  if (missing) return [503, { error: 'Prometheus at http://127.0.0.1:9090 did not answer: connection refused' }];
  // `large-500`: a mesh of so many nodes.
  const size = Number(/^large-(\d+)$/.exec(wanted[0])?.[1]);
  if (size > 0) return [200, syntheticGraph(size, 3 * size)];
  const type = query.get('graphType') ?? 'workload';
  const source = type !== 'versionedApp' ? answer(`graph_${type}`) : wanted.join() === 'bookinfo' ? answer('graph_bookinfo') : answer('graph_all');
  return [200, drift(select(source, wanted, query), query)];
}

/** The part of a recorded graph that the request asks for. */
function select(graph, wanted, query) {
  const idle = (query.get('appenders') ?? 'idleNode').includes('idleNode');
  const boxes = new Set((query.get('boxBy') ?? '').split(','));
  const nodes = new Map(graph.elements.nodes.map(({ data }) => [data.id, data]));
  const members = new Set([...nodes.values()].filter((node) => !node.isBox && wanted.includes(node.namespace) && (idle || !node.isIdle)).map((node) => node.id));
  const edges = graph.elements.edges.filter(({ data }) => members.has(data.source) || members.has(data.target));
  for (const { data } of edges) members.add(data.source).add(data.target);
  const parentOf = (node) => {
    let parent = node.parent && nodes.get(node.parent);
    while (parent && !boxes.has(parent.isBox)) parent = parent.parent && nodes.get(parent.parent);
    return parent;
  };
  const shown = new Map();
  for (const id of members) {
    for (let node = nodes.get(id); node && !shown.has(node.id); node = parentOf(node)) {
      const { parent: _, ...rest } = node;
      shown.set(node.id, { data: { ...rest, ...(parentOf(node) && { parent: parentOf(node).id }) } });
    }
  }
  const order = graph.elements.nodes.map(({ data }) => shown.get(data.id)).filter(Boolean);
  return { ...graph, elements: { nodes: order, edges } };
}

/** Rates that move from one refresh to the next, as those of a living mesh do. */
function drift(graph, query) {
  const now = Math.floor(Date.now() / 1000);
  const scale = (id) => 1 + 0.2 * Math.sin(now / 7 + Number.parseInt(id.slice(0, 4), 16));
  const edges = graph.elements.edges.map(({ data }) => {
    const rates = Object.fromEntries(
      Object.entries(data.traffic.rates ?? {}).map(([name, value]) => [name, name.includes('Percent') ? value : (Number(value) * scale(data.id)).toFixed(2)]),
    );
    return { data: { ...data, traffic: { ...data.traffic, rates } } };
  });
  return { ...graph, timestamp: now, duration: Number.parseInt(query.get('duration') ?? '60', 10), elements: { ...graph.elements, edges } };
}

function nodeGraph(path, query) {
  const parts = path.split('/').slice(3, -1).map(decodeURIComponent);
  const name = `node_${parts.join('_')}_${query.get('graphType')}`;
  const graph = hasAnswer(name) ? answer(name) : { timestamp: 0, duration: 0, graphType: query.get('graphType'), elements: { nodes: [], edges: [] } };
  return [200, { ...graph, timestamp: Math.floor(Date.now() / 1000), duration: Number.parseInt(query.get('duration') ?? '60', 10) }];
}

function api(url) {
  if (url.pathname === '/api/namespaces') return [200, namespaces()];
  if (url.pathname === '/api/namespaces/graph') return namespacesGraph(url.searchParams);
  if (/^\/api\/namespaces\/.+\/graph$/.test(url.pathname)) return nodeGraph(url.pathname, url.searchParams);
  const name = fixed[url.pathname];
  return name ? [200, answer(name)] : [404, { error: `No such resource: ${url.pathname}` }];
}

createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (!url.pathname.startsWith('/api')) {
    void serveConsole(url.pathname, response);
    return;
  }
  setTimeout(() => {
    const [status, body] = api(url);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  }, delay);
}).listen(Number(option('port', 20005)), '127.0.0.1', function () {
  console.log(`mock: http://127.0.0.1:${this.address().port}`);
});
