import type { GraphEdge, GraphNode } from '../../api/graph';

/** A node or edge as the find language sees it. */
export interface NodeSubject {
  readonly node: GraphNode;
  readonly rank: number | null;
}

export type Requirement = 'istio' | 'labels' | 'security' | 'responseTime' | 'throughput' | 'idleNodes' | 'operationNodes' | 'rank';

interface OperandBase {
  readonly name: string;
  readonly aliases: readonly string[];
  /** What the server or the page must add before the operand can match. */
  readonly needs?: Requirement;
}

/** `S`: what the language is used on; nodes of the traffic graph, if nothing else is said. */
export type NodeOperand<S = NodeSubject> = OperandBase &
  (
    | { readonly on: 'node'; readonly type: 'string'; readonly values: (subject: S) => readonly string[] }
    | { readonly on: 'node'; readonly type: 'number'; readonly value: (subject: S) => number | null }
    | { readonly on: 'node'; readonly type: 'unary'; readonly test: (subject: S) => boolean | null }
  );

export type EdgeOperand = OperandBase &
  (
    | { readonly on: 'edge'; readonly type: 'string'; readonly values: (edge: GraphEdge) => readonly string[] }
    | { readonly on: 'edge'; readonly type: 'number'; readonly value: (edge: GraphEdge) => number | null }
    | { readonly on: 'edge'; readonly type: 'unary'; readonly test: (edge: GraphEdge) => boolean | null }
  );

export type Operand<S = NodeSubject> = NodeOperand<S> | EdgeOperand;

/** The operand of a name or an abbreviation; `null`: there is none. */
export type OperandLookup<S = NodeSubject> = (name: string) => Operand<S> | null;

export const nodeKinds = ['app', 'operation', 'service', 'unknown', 'workload'] as const;

const text = (name: string, aliases: string[], values: (node: GraphNode) => string | readonly string[], needs?: Requirement): Operand => ({
  on: 'node',
  type: 'string',
  name,
  aliases,
  values: ({ node }) => {
    const value = values(node);
    return typeof value === 'string' ? [value] : value;
  },
  ...(needs && { needs }),
});

const rate = (name: string): Operand => {
  const key = name.replace('in', 'In').replace('out', 'Out');
  return { on: 'node', type: 'number', name, aliases: [], value: ({ node }) => node.rates[key] ?? null };
};

const is = (name: string, aliases: string[], test: (node: GraphNode) => boolean | null, needs?: Requirement): Operand => ({
  on: 'node',
  type: 'unary',
  name,
  aliases,
  test: ({ node }) => test(node),
  ...(needs && { needs }),
});

const edgeNumber = (name: string, aliases: string[], value: (edge: GraphEdge) => number | null, needs?: Requirement): Operand => ({
  on: 'edge',
  type: 'number',
  name,
  aliases,
  value,
  ...(needs && { needs }),
});

const edgeText = (name: string, value: (edge: GraphEdge) => string, needs?: Requirement): Operand => ({
  on: 'edge',
  type: 'string',
  name,
  aliases: [],
  values: (edge) => [value(edge)],
  ...(needs && { needs }),
});

/** Every operand of the language, in the order of the help. */
export const operands: readonly Operand[] = [
  text('app', [], (node) => node.app),
  text('cluster', [], (node) => node.cluster),
  text('name', [], nodeNames),
  text('namespace', ['ns'], (node) => node.namespace),
  text('node', [], nodeKind),
  text('operation', ['op'], (node) => node.aggregateValue, 'operationNodes'),
  text('service', ['svc'], (node) => node.service),
  text('version', [], (node) => node.version),
  text('workload', ['wl'], (node) => node.workload),
  rate('httpin'),
  rate('httpout'),
  rate('grpcin'),
  rate('grpcout'),
  rate('tcpin'),
  rate('tcpout'),
  { on: 'node', type: 'number', name: 'rank', aliases: [], value: ({ rank }) => rank, needs: 'rank' },
  is('circuitbreaker', ['cb'], (node) => node.hasCircuitBreaker, 'istio'),
  is('dead', [], (node) => node.isDead),
  is('faultinjection', ['fi'], (node) => node.hasFaultInjection, 'istio'),
  is('healthy', [], isHealthy),
  is('idle', [], (node) => node.isIdle, 'idleNodes'),
  is('inaccessible', [], (node) => node.isInaccessible),
  is('mirroring', [], (node) => node.hasMirroring, 'istio'),
  is('outofmesh', ['om'], (node) => node.isOutOfMesh),
  is('outside', ['outsider'], (node) => node.isOutside),
  is('requestrouting', ['rr'], (node) => node.hasRequestRouting, 'istio'),
  is('requesttimeout', ['rto'], (node) => node.hasRequestTimeout, 'istio'),
  is('serviceentry', ['se'], (node) => node.isServiceEntry),
  is('sidecar', ['sc'], (node) => (node.workload === '' ? null : !node.isOutOfMesh)),
  is('tcptrafficshifting', ['tcpts'], (node) => node.hasTcpTrafficShifting, 'istio'),
  is('trafficshifting', ['ts'], (node) => node.hasTrafficShifting, 'istio'),
  is('trafficsource', ['root'], (node) => node.isRoot),
  is('virtualservice', ['vs'], (node) => node.hasVirtualService, 'istio'),
  is('workloadentry', ['we'], (node) => node.workloadEntries.length > 0),
  edgeText('destprincipal', (edge) => edge.destPrincipal, 'security'),
  edgeText('protocol', (edge) => edge.protocol),
  edgeText('sourceprincipal', (edge) => edge.sourcePrincipal, 'security'),
  edgeNumber('grpc', [], (edge) => edge.rates.grpc ?? null),
  edgeNumber('%grpcerror', ['%grpcerr'], (edge) => percentOf(edge, 'grpc', 'grpcPercentErr')),
  edgeNumber('%grpctraffic', [], (edge) => percentOf(edge, 'grpc', 'grpcPercentReq')),
  edgeNumber('http', [], (edge) => edge.rates.http ?? null),
  edgeNumber('%httperror', ['%httperr'], (edge) => percentOf(edge, 'http', 'httpPercentErr')),
  edgeNumber('%httptraffic', [], (edge) => percentOf(edge, 'http', 'httpPercentReq')),
  edgeNumber('responsetime', ['rt'], (edge) => edge.responseTime, 'responseTime'),
  edgeNumber('tcp', [], (edge) => edge.rates.tcp ?? null),
  edgeNumber('throughput', [], (edge) => edge.throughput, 'throughput'),
  { on: 'edge', type: 'unary', name: 'mtls', aliases: [], test: (edge) => (edge.mtls ?? 0) > 0, needs: 'security' },
  { on: 'edge', type: 'unary', name: 'traffic', aliases: [], test: hasTraffic },
];

const byName = new Map(operands.flatMap((operand) => [operand.name, ...operand.aliases].map((name) => [name, operand] as const)));

/** The operand of that name or abbreviation; `label:<key>` makes one for the key. */
export function operandOf(name: string): Operand | null {
  const known = byName.get(name.toLowerCase());
  if (known) return known;
  const key = /^label:(.+)$/i.exec(name)?.[1];
  if (key === undefined) return null;
  return text(`label:${key}`, [], (node) => (key in node.labels ? [node.labels[key] ?? ''] : []), 'labels');
}

/** How often, in the unit of its protocol, anything passed the edge. */
export function hasTraffic(edge: GraphEdge): boolean {
  return (edge.rates[edge.protocol] ?? 0) > 0;
}

/** `null` where nothing is known, so that neither `healthy` nor `! healthy` finds it. */
function isHealthy(node: GraphNode): boolean | null {
  const status = node.health?.status ?? 'NA';
  return status === 'NA' ? null : status === 'Healthy';
}

function nodeNames(node: GraphNode): string[] {
  const names = [node.aggregateValue, node.app, node.service, node.workload].filter((name) => name !== '');
  return node.type === 'unknown' ? [...names, 'unknown'] : names;
}

function nodeKind(node: GraphNode): string {
  return node.type === 'aggregate' ? 'operation' : node.type;
}

/** A share of the edge's traffic; an edge of the protocol with no such rate has none of it, other edges have no share. */
function percentOf(edge: GraphEdge, protocol: string, rateName: string): number | null {
  return edge.protocol === protocol && hasTraffic(edge) ? (edge.rates[rateName] ?? 0) : null;
}
