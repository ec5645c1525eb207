// Serves dist/ and the recorded answers of a real Kiali, for work on pages and for pictures of them. Not part of the product.
// Usage: node browser/recorded.mjs <folder with scenarios> [--port 20006] [--delay ms] [--rows n]
// A scenario is a folder with index.tsv (method, url, status, content type, answer file). Times in answers are moved to now.
// --degraded: lists say that the metrics store is down. --rows n: lists get n rows more, as of a large mesh.
import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { option, serveConsole } from '../mock/console.mjs';

const folder = process.argv[2] ?? '';
const [delay, extraRows] = [Number(option('delay', 80)), Number(option('rows', 0))];

/** All recordings by method and path. */
const recordings = new Map();
// Kiali's mesh-wide answers win over those of one scenario.
for (const scenario of readdirSync(folder).sort((a, b) => (a === 'common') - (b === 'common'))) {
  const index = join(folder, scenario, 'index.tsv');
  if (!existsSync(index) || scenario === 'errors' || scenario === 'operations') continue;
  for (const line of readFileSync(index, 'utf8').split('\n').slice(1)) {
    const [method, url, status, , file] = line.split('\t');
    if (!file || !(status ?? '').startsWith('2')) continue;
    const { pathname, searchParams } = new URL(url, 'http://x');
    const key = `${method} ${pathname}`;
    recordings.set(key, [...(recordings.get(key) ?? []), { query: searchParams, file: join(folder, scenario, file) }]);
  }
}

/** The recording whose parameters are most like those asked for. */
function best(candidates, query) {
  const score = (recorded) => {
    let points = 0;
    for (const [name, value] of query) points += recorded.getAll(name).includes(value) ? 2 : 0;
    for (const [name, value] of recorded) if (!query.getAll(name).includes(value)) points -= name === 'queryTime' || name.endsWith('Micros') ? 0 : name === 'namespaces' ? 9 : 1;
    return points;
  };
  return candidates.reduce((top, candidate) => (score(candidate.query) > score(top.query) ? candidate : top));
}

function read(file) {
  if (existsSync(file)) return readFileSync(file, 'utf8');
  return gunzipSync(readFileSync(`${file}.gz`)).toString('utf8');
}

const recordedEnd = 1795234400;
const unit = (value) => [1, 1e3, 1e6].find((scale) => value > 1795220000 * scale && value < 1795240000 * scale);

/** Times of the recording, moved so that it ends now. */
function shift(value, by) {
  if (typeof value === 'number') {
    const scale = unit(value);
    return scale === undefined ? value : value + by * scale;
  }
  if (Array.isArray(value)) return value.map((item) => shift(item, by));
  if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shift(item, by)]));
  if (typeof value === 'string' && /^2026-11-21 \d\d:\d\d:\d\d/.test(value)) return new Date(Date.parse(`${value.replace(' ', 'T')}Z`) + by * 1000).toISOString().replace('T', ' ').replace('Z', '');
  return value;
}

/** Lists hold all namespaces: only those asked for, and more rows on demand. */
function narrow(path, query, body) {
  const member = { '/api/clusters/apps': 'applications', '/api/clusters/workloads': 'workloads', '/api/clusters/services': 'services' }[path];
  if (member === undefined) return body;
  const wanted = (query.get('namespaces') ?? '').split(',').filter(Boolean);
  const rows = body[member].filter((row) => wanted.length === 0 || wanted.includes(row.namespace));
  const more = Array.from({ length: extraRows }, (_, i) => ({ ...rows[i % rows.length], name: `${rows[i % rows.length].name}-${i}` }));
  return { ...body, [member]: [...rows, ...more] };
}

/** A trace that was recorded in a list only. */
function listedTrace(id) {
  for (const [key, candidates] of recordings) {
    if (!key.endsWith('/traces')) continue;
    const found = JSON.parse(read(candidates[0].file)).data?.find(({ traceID }) => traceID === id);
    if (found) return found;
  }
  return null;
}

function answer(method, url) {
  if (url.searchParams.get('namespaces') === 'broken') return [503, { error: 'Prometheus at http://127.0.0.1:9090 did not answer: connection refused' }];
  const candidates = recordings.get(`${method} ${url.pathname}`);
  const trace = /^\/api\/traces\/(\w+)$/.exec(url.pathname)?.[1];
  if (candidates === undefined && trace !== undefined) return [200, shift({ data: listedTrace(trace), errors: null }, Math.floor(Date.now() / 1000) - recordedEnd)];
  if (candidates === undefined) return [404, { error: `Not recorded: ${url.pathname}` }];
  const text = read(best(candidates, url.searchParams).file);
  try {
    return [200, narrow(url.pathname, url.searchParams, shift(JSON.parse(text), Math.floor(Date.now() / 1000) - recordedEnd))];
  } catch {
    return [200, text];
  }
}

createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (!url.pathname.startsWith('/api')) {
    void serveConsole(url.pathname, response);
    return;
  }
  setTimeout(() => {
    const [status, body] = answer(request.method, url);
    if (status !== 200) console.log(`${status} ${request.method} ${request.url}`);
    const degraded = process.argv.includes('--degraded') && url.pathname.startsWith('/api/clusters/');
    response.writeHead(status, { 'content-type': 'application/json', ...(degraded && { 'x-weft-degraded': 'Prometheus at http://127.0.0.1:9090 did not answer' }) });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }, delay);
}).listen(Number(option('port', 20006)), '127.0.0.1', function () {
  console.log(`recorded: http://127.0.0.1:${this.address().port}`);
});
