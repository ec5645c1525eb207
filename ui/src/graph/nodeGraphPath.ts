import type { GraphNode, GraphType } from '../api/graph';

/** The console path of a node's own graph; `null` for what has none: boxes, unknown and inaccessible nodes. */
export function nodeGraphPath(node: GraphNode, graphType: GraphType): string | null {
  if (node.isInaccessible || node.box !== null || node.type === 'unknown') return null;
  const base = `/graph/node/namespaces/${encodeURIComponent(node.namespace)}`;
  const part = encodeURIComponent;
  switch (node.type) {
    case 'service':
      return `${base}/services/${part(node.service)}`;
    case 'workload':
      return `${base}/workloads/${part(node.workload)}`;
    case 'aggregate':
      return `${base}/aggregates/${part(node.aggregate)}/${part(node.aggregateValue)}`;
    case 'app':
      if (graphType === 'app' || node.version === '' || node.version === 'unknown' || node.version === 'latest') {
        return graphType !== 'app' && node.workload !== '' ? `${base}/workloads/${part(node.workload)}` : `${base}/applications/${part(node.app)}`;
      }
      return `${base}/applications/${part(node.app)}/versions/${part(node.version)}`;
    default:
      return null;
  }
}
