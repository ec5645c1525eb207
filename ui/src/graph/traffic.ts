import type { GraphEdge, GraphNode, Rates } from '../api/graph';

/** How an edge is drawn and counted. */
export type EdgeTone = 'idle' | 'tcp' | 'healthy' | 'degraded' | 'failure';

export function edgeTone(edge: GraphEdge): EdgeTone {
  if (edgeRate(edge) === 0) return 'idle';
  if (edge.protocol === 'tcp') return 'tcp';
  if (edge.health === 'Failure') return 'failure';
  return edge.health === 'Degraded' ? 'degraded' : 'healthy';
}

/** Requests (or messages) per second; bytes per second for TCP. */
export function edgeRate(edge: GraphEdge): number {
  return edge.rates[edge.protocol] ?? 0;
}

/** Percent of the edge's requests that failed. */
export function edgeErrorPercent(edge: GraphEdge): number {
  return edge.rates[`${edge.protocol}PercentErr`] ?? 0;
}

/** Requests per second by kind of response. `ok` is what remains. */
export interface RequestRates {
  readonly total: number;
  readonly ok: number;
  readonly redirect: number;
  readonly clientError: number;
  readonly serverError: number;
  readonly noResponse: number;
}

/** The rates of the protocol with `prefix` (`http`, `httpIn`, `grpcOut` ...) out of a node's or an edge's rates. */
export function requestRates(rates: Rates, prefix: string): RequestRates {
  const rate = (suffix: string) => rates[prefix + suffix] ?? 0;
  const [total, redirect, clientError, noResponse] = [rate(''), rate('3xx'), rate('4xx'), rate('NoResponse')];
  const serverError = rate('5xx') + rate('Err');
  return { total, redirect, clientError, serverError, noResponse, ok: Math.max(0, total - redirect - clientError - serverError - noResponse) };
}

export function addRates(rates: readonly RequestRates[]): RequestRates {
  const sum = (key: keyof RequestRates) => rates.reduce((total, item) => total + item[key], 0);
  return {
    total: sum('total'),
    ok: sum('ok'),
    redirect: sum('redirect'),
    clientError: sum('clientError'),
    serverError: sum('serverError'),
    noResponse: sum('noResponse'),
  };
}

export function errorPercent(rates: RequestRates): number {
  return rates.total === 0 ? 0 : (100 * (rates.clientError + rates.serverError + rates.noResponse)) / rates.total;
}

/** The traffic of a set of edges by protocol, with the errors that the edges tell of. */
export interface TrafficSums {
  readonly http: RequestRates;
  readonly grpc: RequestRates;
  readonly tcp: number;
}

export function sumEdges(edges: readonly GraphEdge[]): TrafficSums {
  const of = (protocol: string) => addRates(edges.filter((edge) => edge.protocol === protocol).map((edge) => requestRates(edge.rates, protocol)));
  return {
    http: of('http'),
    grpc: of('grpc'),
    tcp: edges.reduce((total, edge) => total + (edge.protocol === 'tcp' ? edgeRate(edge) : 0), 0),
  };
}

/** The name a node goes by, without its version and namespace. */
export function nodeName(node: GraphNode): string {
  switch (node.type) {
    case 'box':
      return node.box === 'app' ? node.app : node.box === 'namespace' ? node.namespace : node.cluster;
    case 'aggregate':
      return node.aggregateValue;
    case 'app':
      return node.app;
    case 'service':
      return node.service;
    case 'workload':
      return node.workload;
    case 'unknown':
      return 'unknown';
  }
}

/** A name that tells nodes apart: `reviews v1 (bookinfo)`. */
export function nodeTitle(node: GraphNode): string {
  const version = node.type === 'app' && node.version !== '' && node.version !== 'unknown' ? ` ${node.version}` : '';
  const place = node.box === 'namespace' || node.box === 'cluster' || node.type === 'unknown' ? '' : ` (${node.namespace})`;
  return `${nodeName(node)}${version}${place}`;
}
