import { array, numeric, object, oneOf, optionalObject, string, stringMap, strings, text, type JsonObject } from './decode';
import { getJson, queryString, type QueryValue } from './http';

export const graphTypes = ['app', 'service', 'versionedApp', 'workload'] as const;
export type GraphType = (typeof graphTypes)[number];

const nodeTypes = ['aggregate', 'app', 'box', 'service', 'unknown', 'workload'] as const;
export type NodeType = (typeof nodeTypes)[number];
export type BoxKind = 'app' | 'cluster' | 'namespace';

export const healthStatuses = ['Healthy', 'Degraded', 'Failure', 'Not Ready', 'NA'] as const;
export type HealthStatus = (typeof healthStatuses)[number];

export type Protocol = 'http' | 'grpc' | 'tcp' | 'other';
export type Rates = Readonly<Record<string, number>>;

export interface WorkloadStatus {
  readonly name: string;
  readonly desired: number;
  readonly available: number;
}

export interface NodeHealth {
  readonly status: HealthStatus;
  readonly errorRatio: number | null;
  readonly workloads: readonly WorkloadStatus[];
}

/** A node or box of the traffic graph, with every rate as a number. */
export interface GraphNode {
  readonly id: string;
  readonly parent: string | null;
  readonly type: NodeType;
  readonly box: BoxKind | null;
  readonly cluster: string;
  readonly namespace: string;
  readonly app: string;
  readonly version: string;
  readonly workload: string;
  readonly service: string;
  readonly aggregate: string;
  readonly aggregateValue: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly destServices: readonly { readonly cluster: string; readonly namespace: string; readonly name: string }[];
  readonly rates: Rates;
  readonly health: NodeHealth | null;
  readonly hosts: { readonly virtualService: readonly string[]; readonly serviceEntry: readonly string[]; readonly gateway: readonly string[] };
  readonly serviceEntryLocation: string | null;
  readonly workloadEntries: readonly string[];
  readonly hasCircuitBreaker: boolean;
  readonly hasFaultInjection: boolean;
  readonly hasMirroring: boolean;
  readonly hasRequestRouting: boolean;
  readonly hasRequestTimeout: boolean;
  readonly hasTcpTrafficShifting: boolean;
  readonly hasTrafficShifting: boolean;
  readonly hasVirtualService: boolean;
  readonly isAmbient: boolean;
  readonly isDead: boolean;
  readonly isGateway: boolean;
  readonly isIdle: boolean;
  readonly isInaccessible: boolean;
  readonly isOutOfMesh: boolean;
  readonly isOutside: boolean;
  readonly isRoot: boolean;
  readonly isServiceEntry: boolean;
  readonly isWaypoint: boolean;
}

/** The share, in percent of the edge's traffic, of one response code. */
export interface ResponseShare {
  readonly code: string;
  readonly flags: readonly (readonly [flag: string, percent: number])[];
  readonly hosts: readonly (readonly [host: string, percent: number])[];
}

export interface GraphEdge {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly protocol: Protocol;
  readonly rates: Rates;
  readonly responses: readonly ResponseShare[];
  readonly health: HealthStatus | null;
  readonly mtls: number | null;
  readonly responseTime: number | null;
  readonly throughput: number | null;
  readonly sourcePrincipal: string;
  readonly destPrincipal: string;
}

export interface TrafficGraph {
  readonly timestamp: number;
  readonly duration: number;
  readonly graphType: GraphType;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** Reads `GET api/namespaces/graph` or one of the node graphs. */
export function fetchGraph(
  path: string,
  query: Readonly<Record<string, QueryValue>>,
  signal: AbortSignal | undefined,
): Promise<TrafficGraph> {
  return getJson(`${path}${queryString(query)}`, decodeGraph, signal);
}

export function decodeGraph(json: unknown): TrafficGraph {
  const root = object(json, 'graph');
  const elements = object(root.elements, 'elements');
  const nodes = array(elements.nodes, 'nodes').map((node, i) => decodeNode(dataOf(node, `nodes[${i}]`), `nodes[${i}]`));
  const ids = new Set(nodes.map((node) => node.id));
  const edges = array(elements.edges, 'edges')
    .map((edge, i) => decodeEdge(dataOf(edge, `edges[${i}]`), `edges[${i}]`))
    .filter((edge) => ids.has(edge.source) && ids.has(edge.target));
  return {
    timestamp: numeric(root.timestamp) ?? 0,
    duration: numeric(root.duration) ?? 0,
    graphType: oneOf(root.graphType, graphTypes, 'graphType'),
    nodes: nodes.map((node) => (node.parent !== null && !ids.has(node.parent) ? { ...node, parent: null } : node)),
    edges,
  };
}

function dataOf(wrapper: unknown, path: string): JsonObject {
  return object(object(wrapper, path).data, `${path}.data`);
}

function decodeNode(data: JsonObject, path: string): GraphNode {
  const [aggregate = '', aggregateValue = ''] = splitOnce(text(data.aggregate), '=');
  const virtualService = optionalObject(data.hasVS);
  const serviceEntry = optionalObject(data.isServiceEntry);
  const gateway = optionalObject(data.isGateway);
  return {
    id: string(data.id, `${path}.id`),
    parent: text(data.parent) || null,
    type: oneOf(data.nodeType, nodeTypes, `${path}.nodeType`),
    box: data.isBox ? oneOf(data.isBox, ['app', 'cluster', 'namespace'] as const, `${path}.isBox`) : null,
    cluster: text(data.cluster),
    namespace: text(data.namespace),
    app: text(data.app),
    version: text(data.version),
    workload: text(data.workload),
    service: text(data.service),
    aggregate,
    aggregateValue,
    labels: stringMap(data.labels),
    destServices: array(data.destServices, `${path}.destServices`).map((item) => {
      const service = object(item, `${path}.destServices`);
      return { cluster: text(service.cluster), namespace: text(service.namespace), name: text(service.name) };
    }),
    rates: Object.assign({}, ...array(data.traffic, `${path}.traffic`).map((item) => rates(optionalObject(item)?.rates))) as Rates,
    health: decodeHealth(data.healthData),
    hosts: {
      virtualService: strings(virtualService?.hostnames),
      serviceEntry: strings(serviceEntry?.hosts),
      gateway: ['ingressInfo', 'egressInfo', 'gatewayAPIInfo'].flatMap((key) => strings(optionalObject(gateway?.[key])?.hostnames)),
    },
    serviceEntryLocation: serviceEntry ? text(serviceEntry.location) || null : null,
    workloadEntries: array(data.hasWorkloadEntry, `${path}.hasWorkloadEntry`).map((entry) => text(optionalObject(entry)?.name)),
    hasCircuitBreaker: data.hasCB === true,
    hasFaultInjection: data.hasFaultInjection === true,
    hasMirroring: data.hasMirroring === true,
    hasRequestRouting: data.hasRequestRouting === true,
    hasRequestTimeout: data.hasRequestTimeout === true,
    hasTcpTrafficShifting: data.hasTCPTrafficShifting === true,
    hasTrafficShifting: data.hasTrafficShifting === true,
    hasVirtualService: virtualService !== null,
    isAmbient: data.isAmbient === true,
    isDead: data.isDead === true,
    isGateway: gateway !== null,
    isIdle: data.isIdle === true,
    isInaccessible: data.isInaccessible === true,
    isOutOfMesh: data.isOutOfMesh === true,
    isOutside: data.isOutside === true,
    isRoot: data.isRoot === true,
    isServiceEntry: serviceEntry !== null,
    isWaypoint: data.isWaypoint === true,
  };
}

function decodeEdge(data: JsonObject, path: string): GraphEdge {
  const traffic = optionalObject(data.traffic) ?? {};
  return {
    id: string(data.id, `${path}.id`),
    source: string(data.source, `${path}.source`),
    target: string(data.target, `${path}.target`),
    protocol: decodeProtocol(traffic.protocol),
    rates: rates(traffic.rates),
    responses: Object.entries(optionalObject(traffic.responses) ?? {}).map(([code, share]) => ({
      code,
      flags: shares(optionalObject(share)?.flags),
      hosts: shares(optionalObject(share)?.hosts),
    })),
    health: data.healthStatus ? decodeStatus(data.healthStatus) : null,
    mtls: numeric(data.isMTLS),
    responseTime: numeric(data.responseTime),
    throughput: numeric(data.throughput),
    sourcePrincipal: text(data.sourcePrincipal),
    destPrincipal: text(data.destPrincipal),
  };
}

function decodeHealth(json: unknown): NodeHealth | null {
  const data = optionalObject(json);
  if (data === null) return null;
  const status = optionalObject(data.status);
  const ratio = numeric(status?.errorRatio);
  const single = optionalObject(data.workloadStatus);
  const statuses = single === null ? array(data.workloadStatuses, 'workloadStatuses') : [single];
  return {
    status: decodeStatus(status?.status),
    errorRatio: ratio !== null && ratio >= 0 ? ratio : null,
    workloads: statuses.map((item) => {
      const workload = optionalObject(item) ?? {};
      return {
        name: text(workload.name),
        desired: numeric(workload.desiredReplicas) ?? 0,
        available: numeric(workload.availableReplicas) ?? 0,
      };
    }),
  };
}

function decodeStatus(value: unknown): HealthStatus {
  return healthStatuses.find((status) => status === value) ?? 'NA';
}

function decodeProtocol(value: unknown): Protocol {
  return value === 'http' || value === 'grpc' || value === 'tcp' ? value : 'other';
}

function rates(json: unknown): Rates {
  const result: Record<string, number> = {};
  for (const [name, value] of Object.entries(optionalObject(json) ?? {})) {
    const number = numeric(value);
    if (number !== null) result[name] = number;
  }
  return result;
}

function shares(json: unknown): (readonly [string, number])[] {
  return Object.entries(rates(json));
}

function splitOnce(value: string, separator: string): [string, string] {
  const at = value.indexOf(separator);
  return at < 0 ? [value, ''] : [value.slice(0, at), value.slice(at + 1)];
}
