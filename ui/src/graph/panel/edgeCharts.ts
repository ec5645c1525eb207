import type { GraphNode } from '../../api/graph';
import { apiPath } from '../../details/target';
import { nodeEntity } from '../nodeEntity';

/** Whose metrics tell about an edge, and which of their series do. */
export interface EdgeChartSource {
  readonly path: string;
  readonly direction: 'inbound' | 'outbound';
  readonly partner: { readonly label: string; readonly value: string };
}

/**
 * A caller knows by what name it called; where the edge begins at a service or at something unknown, the one
 * called knows what service it was called as. `null`: neither has metrics.
 */
export function edgeChartSource(source: GraphNode, target: GraphNode): EdgeChartSource | null {
  const [from, to] = [nodeEntity(source), nodeEntity(target)];
  if (from !== null && from.kind !== 'services') {
    const value = target.type === 'service' ? (target.isServiceEntry ? (target.hosts.serviceEntry[0] ?? target.service) : target.service) : target.workload || target.app;
    const label = target.type === 'service' ? 'destination_service_name' : target.workload !== '' ? 'destination_workload' : 'destination_canonical_service';
    return { path: apiPath(from), direction: 'outbound', partner: { label, value } };
  }
  if (to === null) return null;
  if (source.type === 'service') return { path: apiPath(to), direction: 'inbound', partner: { label: 'destination_service_name', value: source.service } };
  return { path: apiPath(to), direction: 'inbound', partner: { label: 'source_workload', value: 'unknown' } };
}
