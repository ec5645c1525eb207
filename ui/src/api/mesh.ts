import { array, object, optionalObject, strings, text, type JsonObject } from './decode';
import type { HealthStatus } from './graph';
import { healthStatus } from './health';
import { getJson, queryString } from './http';

/** A part of the mesh, or a box of parts. */
export interface MeshNode {
  readonly id: string;
  readonly parent: string | null;
  readonly name: string;
  /** `istiod`, `dataplane`, `metricStore` ... */
  readonly type: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly version: string;
  readonly isBox: boolean;
  readonly isExternal: boolean;
  readonly isInaccessible: boolean;
  readonly health: HealthStatus;
  readonly labels: Readonly<Record<string, string>>;
  /** What the server tells about the part, as it is. */
  readonly data: unknown;
}

export interface MeshEdge {
  readonly id: string;
  readonly source: string;
  readonly target: string;
}

export interface MeshGraph {
  readonly names: readonly string[];
  readonly nodes: readonly MeshNode[];
  readonly edges: readonly MeshEdge[];
}

export function fetchMesh(options: { readonly gateways: boolean; readonly waypoints: boolean }, signal: AbortSignal): Promise<MeshGraph> {
  return getJson(`api/mesh/graph${queryString({ includeGateways: options.gateways, includeWaypoints: options.waypoints })}`, decodeMesh, signal);
}

export function decodeMesh(json: unknown): MeshGraph {
  const data = object(json, 'mesh');
  const elements = object(data.elements, 'mesh.elements');
  const nodes = array(elements.nodes, 'nodes').map((item) => decodeNode(object(object(item, 'node').data, 'node.data')));
  const known = new Set(nodes.map(({ id }) => id));
  return {
    names: strings(data.meshNames),
    nodes: nodes.map((node) => (node.parent !== null && !known.has(node.parent) ? { ...node, parent: null } : node)),
    edges: array(elements.edges, 'edges')
      .map((item) => {
        const edge = object(object(item, 'edge').data, 'edge.data');
        return { id: text(edge.id), source: text(edge.source), target: text(edge.target) };
      })
      .filter((edge) => known.has(edge.source) && known.has(edge.target)),
  };
}

function decodeNode(node: JsonObject): MeshNode {
  const health = node.healthData;
  return {
    id: text(node.id),
    parent: text(node.parent) || null,
    name: text(node.infraName),
    type: text(node.infraType),
    cluster: text(node.cluster),
    namespace: text(node.namespace),
    version: text(node.version),
    isBox: text(node.isBox) !== '',
    isExternal: node.isExternal === true,
    isInaccessible: node.isInaccessible === true,
    health: typeof health === 'string' ? meshHealth(health) : healthStatus(optionalObject(optionalObject(health)?.status)?.status),
    labels: Object.fromEntries(Object.entries(optionalObject(node.labels) ?? {}).map(([key, value]) => [key, text(value)])),
    data: node.infraData ?? null,
  };
}

/** Components are Healthy, or say what is wrong in other words: Unhealthy, NotFound, Unreachable ... */
function meshHealth(status: string): HealthStatus {
  if (status === 'NotReady') return 'Not Ready';
  const known = healthStatus(status);
  return known === 'NA' && status !== '' && status !== 'NA' ? 'Failure' : known;
}
