import type { Span, Trace } from '../api/traces';

/** Kiali's rule: an error tag, an HTTP status of 400 and more, a gRPC status that is not OK. */
export function isErrorSpan(span: Pick<Span, 'tags'>): boolean {
  const { tags } = span;
  if (tags.error === 'true') return true;
  const status = Number(tags['http.status_code'] ?? tags['http.response.status_code'] ?? Number.NaN);
  if (status >= 400) return true;
  const grpc = tags['grpc.status_code'] ?? tags['rpc.grpc.status_code'];
  return grpc !== undefined && grpc !== '0' && grpc !== 'OK';
}

/** What a span says about itself, out of its tags. */
export interface SpanFacts {
  readonly app: string;
  readonly namespace: string;
  /** The pod that reported it; empty where the tags do not tell. */
  readonly pod: string;
  readonly workload: string;
  readonly version: string;
  readonly component: string;
  readonly direction: 'inbound' | 'outbound' | null;
  readonly method: string;
  readonly status: string;
  readonly url: string;
  readonly flags: string;
}

export function spanFacts(span: Span): SpanFacts {
  const { tags } = span;
  const [serviceApp = '', serviceNamespace = ''] = splitService(span.service);
  // `sidecar~<ip>~<pod>.<namespace>~<domain>`, as Envoy names itself.
  const [pod = '', podNamespace = ''] = splitService(tags.node_id?.split('~')[2] ?? tags.hostname ?? '');
  const kind = tags['span.kind'];
  const cluster = tags.upstream_cluster ?? '';
  return {
    app: tags['istio.canonical_service'] ?? serviceApp,
    namespace: tags['istio.namespace'] ?? (serviceNamespace || podNamespace),
    pod,
    workload: workloadOfPod(pod),
    version: tags['istio.canonical_revision'] ?? '',
    component: tags.component ?? '',
    direction: kind === 'server' || cluster.startsWith('inbound|') ? 'inbound' : kind === 'client' || cluster.startsWith('outbound|') ? 'outbound' : null,
    method: tags['http.method'] ?? tags['http.request.method'] ?? tags['rpc.method'] ?? '',
    status: tags['http.status_code'] ?? tags['http.response.status_code'] ?? tags['grpc.status_code'] ?? '',
    url: tags['http.url'] ?? tags['url.full'] ?? '',
    flags: tags.response_flags === '-' ? '' : (tags.response_flags ?? ''),
  };
}

/** `reviews-v2-7ddd4b9bf4-9rp9g` belongs to `reviews-v2`: the hashes of replica set and pod are cut off. */
export function workloadOfPod(pod: string): string {
  return pod.replace(/-[a-z0-9]{6,10}-[a-z0-9]{5}$/, '').replace(/-\d+$/, '');
}

function splitService(name: string): readonly [string, string] {
  const at = name.indexOf('.');
  return at < 0 ? [name, ''] : [name.slice(0, at), name.slice(at + 1)];
}

/** A span with its place in the tree of its trace. */
export interface TreeSpan {
  readonly span: Span;
  readonly depth: number;
  readonly hasChildren: boolean;
}

/** Depth first, children by start. Spans whose parent is missing, or who are their own ancestors, stand at the root. */
export function spanTree(trace: Trace): readonly TreeSpan[] {
  const ids = new Set(trace.spans.map((span) => span.spanId));
  const children = new Map<string | null, Span[]>();
  for (const span of trace.spans) {
    const parent = span.parentId !== null && ids.has(span.parentId) && span.parentId !== span.spanId ? span.parentId : null;
    children.set(parent, [...(children.get(parent) ?? []), span]);
  }
  const ordered: TreeSpan[] = [];
  const seen = new Set<string>();
  const visit = (span: Span, depth: number) => {
    if (seen.has(span.spanId)) return;
    seen.add(span.spanId);
    const below = children.get(span.spanId) ?? [];
    ordered.push({ span, depth, hasChildren: below.length > 0 });
    for (const child of below) visit(child, depth + 1);
  };
  for (const root of children.get(null) ?? []) visit(root, 0);
  for (const span of trace.spans) visit(span, 0);
  return ordered;
}

export interface TraceSummary {
  readonly name: string;
  readonly service: string;
  readonly apps: readonly { readonly name: string; readonly spans: number }[];
  readonly errors: number;
}

export function summarize(trace: Trace): TraceSummary {
  const root = spanTree(trace)[0]?.span;
  const counts = new Map<string, number>();
  for (const span of trace.spans) counts.set(span.service, (counts.get(span.service) ?? 0) + 1);
  return {
    name: root?.operation ?? trace.id,
    service: root?.service ?? '',
    apps: [...counts].map(([name, spans]) => ({ name, spans })).sort((a, b) => a.name.localeCompare(b.name)),
    errors: trace.spans.filter(isErrorSpan).length,
  };
}

/** How unlike two traces are, from 0 (the same operations) to 1. Kiali calls traces similar below 0.3. */
export function traceDistance(a: Trace, b: Trace): number {
  const [left, right] = [operations(a), operations(b)];
  const keys = new Set([...left.keys(), ...right.keys()]);
  let [shared, all] = [0, 0];
  for (const key of keys) {
    const [x, y] = [left.get(key) ?? 0, right.get(key) ?? 0];
    shared += Math.min(x, y);
    all += Math.max(x, y);
  }
  return all === 0 ? 0 : 1 - shared / all;
}

function operations(trace: Trace): Map<string, number> {
  const counts = new Map<string, number>();
  for (const span of trace.spans) {
    const key = `${span.service} ${span.operation}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

export function similarTraces(trace: Trace, others: readonly Trace[], most: number): readonly Trace[] {
  return others
    .filter((other) => other.id !== trace.id)
    .map((other) => ({ other, distance: traceDistance(trace, other) }))
    .filter(({ distance }) => distance < 0.3)
    .sort((a, b) => a.distance - b.distance || b.other.start - a.other.start)
    .slice(0, most)
    .map(({ other }) => other);
}

/** The value that this share (0..1) of the traces does not exceed; 0 without traces. */
export function durationPercentile(traces: readonly Trace[], share: number): number {
  const sorted = traces.map((trace) => trace.duration).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
