import ELK, { type ELK as Elk, type ElkNode } from 'elkjs/lib/elk-api';
import ElkWorker from 'elkjs/lib/elk-worker.min.js?worker';
import type { LayoutInput, LayoutNode, Point, Positions } from './layoutTypes';

export function startElk(): Elk {
  return new ELK({ workerFactory: () => new ElkWorker() });
}

const options = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.layered.spacing.nodeNodeBetweenLayers': '90',
  'elk.spacing.nodeNode': '24',
  'elk.spacing.edgeNode': '16',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
};
const padding = { 'elk.padding': '[top=14,left=14,bottom=34,right=14]' };

export async function elkPositions(elk: Elk, input: LayoutInput): Promise<Positions> {
  const children = new Map<string | null, LayoutNode[]>();
  for (const node of input.nodes) children.set(node.parent, [...(children.get(node.parent) ?? []), node]);
  const build = (node: LayoutNode): ElkNode => ({
    id: node.id,
    ...(node.isBox
      ? { children: (children.get(node.id) ?? []).map(build), layoutOptions: padding }
      : { width: node.width, height: node.height }),
  });
  const root = await elk.layout({
    id: 'root',
    layoutOptions: options,
    children: (children.get(null) ?? []).map(build),
    edges: input.edges.map((edge) => ({ id: edge.id, sources: [edge.source], targets: [edge.target] })),
  });
  const positions: Record<string, Point> = {};
  const place = (node: ElkNode, x: number, y: number): void => {
    for (const child of node.children ?? []) {
      const [left, top] = [x + (child.x ?? 0), y + (child.y ?? 0)];
      if (child.children?.length) place(child, left, top);
      else positions[child.id] = { x: left + (child.width ?? 0) / 2, y: top + (child.height ?? 0) / 2 };
    }
  };
  place(root, 0, 0);
  return positions;
}
