import type { GraphEdge, GraphNode, HealthStatus, TrafficGraph } from '../api/graph';
import { edgeErrorPercent, edgeRate } from '../graph/traffic';
import type { Entity } from './target';

/** A partner that a thing talks with, and how that goes. */
export interface TrafficRow {
  readonly id: string;
  readonly node: GraphNode;
  readonly direction: 'inbound' | 'outbound';
  readonly protocol: string;
  readonly rate: number;
  /** Percent; `null` where the protocol has no answers to count. */
  readonly success: number | null;
  readonly health: HealthStatus;
  readonly isMtls: boolean;
}

/** The edges that enter and leave the nodes of a thing in its own graph. A service's nodes are those of the service. */
export function trafficRows(graph: TrafficGraph, entity: Entity): readonly TrafficRow[] {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const own = new Set(graph.nodes.filter((node) => isOwn(node, entity)).map((node) => node.id));
  return graph.edges
    .filter((edge) => own.has(edge.source) !== own.has(edge.target))
    .flatMap((edge) => {
      const direction = own.has(edge.target) ? 'inbound' : 'outbound';
      const node = nodes.get(direction === 'inbound' ? edge.source : edge.target);
      return node === undefined ? [] : [row(edge, node, direction)];
    })
    .sort((a, b) => b.rate - a.rate || a.id.localeCompare(b.id));
}

function row(edge: GraphEdge, node: GraphNode, direction: 'inbound' | 'outbound'): TrafficRow {
  const rate = edgeRate(edge);
  return {
    id: edge.id,
    node,
    direction,
    protocol: edge.protocol,
    rate,
    success: edge.protocol === 'tcp' || rate === 0 ? null : 100 - edgeErrorPercent(edge),
    health: edge.health ?? 'NA',
    isMtls: (edge.mtls ?? 0) > 0,
  };
}

function isOwn(node: GraphNode, entity: Entity): boolean {
  if (node.box !== null || node.namespace !== entity.namespace) return false;
  switch (entity.kind) {
    case 'applications':
      return node.type === 'app' && node.app === entity.name;
    case 'workloads':
      return node.workload === entity.name;
    case 'services':
      return node.type === 'service' && (node.service === entity.name || node.hosts.serviceEntry.includes(entity.name));
  }
}
