import type { GraphNode, TrafficGraph } from '../../api/graph';
import type { Span, Trace } from '../../api/traces';
import { spanFacts } from '../../traces/spans';

/** The ids of the nodes and edges that a trace has passed. */
export function traceElements(graph: TrafficGraph, trace: Trace): ReadonlySet<string> {
  const { places, steps } = traceSteps(trace);
  const keys = new Map(graph.nodes.filter((node) => node.box === null).map((node) => [node.id, nodeKeys(node)]));
  const passed = new Set<string>();
  for (const [id, own] of keys) if (own.some((key) => places.has(key))) passed.add(id);
  for (const edge of graph.edges) {
    const [from, to] = [keys.get(edge.source) ?? [], keys.get(edge.target) ?? []];
    if (from.some((a) => to.some((b) => steps.has(`${a} ${b}`)))) passed.add(edge.id);
  }
  return passed;
}

/** The spans of a trace that belong to a node. */
export function spansOfNode(trace: Trace, node: GraphNode): readonly Span[] {
  const own = nodeKeys(node);
  return trace.spans.filter((span) => spanKeys(span).some((key) => own.includes(key)));
}

/** What a node is known by in traces. */
function nodeKeys(node: GraphNode): readonly string[] {
  const place = (kind: string, name: string) => (name === '' || name === 'unknown' ? [] : [`${kind}:${node.namespace}/${name}`]);
  switch (node.type) {
    case 'workload':
      return place('wl', node.workload);
    case 'app':
      return node.workload === '' || node.workload === 'unknown' ? place('app', node.app) : place('wl', node.workload);
    case 'service':
      return [...place('svc', node.service), ...node.hosts.serviceEntry.map((host) => `host:${host}`)];
    default:
      return [];
  }
}

function spanKeys(span: Span): readonly string[] {
  const { namespace, workload, app, direction } = spanFacts(span);
  const own = [...(workload === '' ? [] : [`wl:${namespace}/${workload}`]), ...(app === '' ? [] : [`app:${namespace}/${app}`])];
  return direction === 'outbound' ? [...own, ...destinationKeys(span)] : own;
}

/** `outbound|9080|v1|ratings.bookinfo.svc.cluster.local` leads to the service ratings of bookinfo; another host is a service entry's. */
function destinationKeys(span: Span): readonly string[] {
  const host = span.tags.upstream_cluster?.split('|')[3] ?? '';
  if (host === '') return [];
  const [service = '', namespace = '', marker] = host.split('.');
  return marker === 'svc' ? [`svc:${namespace}/${service}`] : [`host:${host}`];
}

/** From whom to whom: callers to services, services to those who answered, and callers to these directly. */
function traceSteps(trace: Trace): { readonly places: ReadonlySet<string>; readonly steps: ReadonlySet<string> } {
  const places = new Set<string>();
  const steps = new Set<string>();
  const byId = new Map(trace.spans.map((span) => [span.spanId, span]));
  const connect = (from: readonly string[], to: readonly string[]) => {
    for (const a of from) for (const b of to) steps.add(`${a} ${b}`);
  };
  for (const span of trace.spans) {
    const facts = spanFacts(span);
    const own = spanKeys(span).filter((key) => key.startsWith('wl:') || key.startsWith('app:'));
    for (const key of own) places.add(key);
    if (facts.direction === 'outbound') {
      const to = destinationKeys(span);
      for (const key of to) places.add(key);
      connect(own, to);
    } else {
      const caller = span.parentId === null ? undefined : byId.get(span.parentId);
      if (caller === undefined || spanFacts(caller).direction !== 'outbound') continue;
      connect(destinationKeys(caller), own);
      connect(spanKeys(caller).filter((key) => !key.startsWith('svc:') && !key.startsWith('host:')), own);
    }
  }
  return { places, steps };
}
