import type { GraphNode } from '../api/graph';
import { detailsPath } from '../api/lists';
import type { Entity } from '../details/target';

/** The application, service or workload behind a node; `null` where the node stands for none that has details. */
export function nodeEntity(node: GraphNode): Entity | null {
  if (node.isServiceEntry) return node.namespace === 'unknown' ? null : { kind: 'services', namespace: node.namespace, name: node.hosts.serviceEntry[0] ?? node.service };
  if (node.isInaccessible || node.namespace === 'unknown' || node.namespace === '') return null;
  switch (node.type) {
    case 'service':
      return { kind: 'services', namespace: node.namespace, name: node.service };
    case 'workload':
      return { kind: 'workloads', namespace: node.namespace, name: node.workload };
    case 'app':
      return node.workload !== '' && node.workload !== 'unknown' ? { kind: 'workloads', namespace: node.namespace, name: node.workload } : { kind: 'applications', namespace: node.namespace, name: node.app };
    case 'box':
      return node.box === 'app' ? { kind: 'applications', namespace: node.namespace, name: node.app } : null;
    default:
      return null;
  }
}

export function entityPath({ kind, namespace, name }: Entity): string {
  return detailsPath(kind, namespace, name);
}

/** The tabs that a menu offers for an entity, as Kiali's context menu does. */
export function entityLinks(entity: Entity): readonly (readonly [tab: 'info' | 'traffic' | 'logs' | 'in_metrics' | 'out_metrics' | 'metrics' | 'traces', to: string])[] {
  const path = entityPath(entity);
  const tabs = entity.kind === 'services' ? (['traffic', 'metrics', 'traces'] as const) : entity.kind === 'workloads' ? (['traffic', 'logs', 'in_metrics', 'out_metrics', 'traces'] as const) : (['traffic', 'in_metrics', 'out_metrics', 'traces'] as const);
  return [['info', path], ...tabs.map((tab) => [tab, `${path}?tab=${tab}`] as const)];
}
