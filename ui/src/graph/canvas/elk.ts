import ELK, { type ELK as Elk, type ElkNode } from 'elkjs/lib/elk-api';
import ElkWorker from 'elkjs/lib/elk-worker.min.js?worker';
import type { LayoutInput, LayoutNode, Point, Positions } from './layoutTypes';

export function startElk(): Elk {
  return new ELK({ workerFactory: () => new ElkWorker() });
}

/** From so many nodes on the layout trades some beauty for a time that one can wait for. */
const manyNodes = 150;

const spacing = (columnGap: number) => ({
  'elk.layered.spacing.nodeNodeBetweenLayers': String(columnGap),
  'elk.layered.spacing.edgeNodeBetweenLayers': '12',
  'elk.spacing.nodeNode': '22',
  'elk.spacing.edgeNode': '14',
  'elk.spacing.componentComponent': '36',
});

const rootOptions = (input: LayoutInput) => ({
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  ...(input.nodes.length < manyNodes
    ? { 'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX', 'elk.layered.thoroughness': '12' }
    : { 'elk.layered.nodePlacement.strategy': 'LINEAR_SEGMENTS', 'elk.layered.thoroughness': '2' }),
  ...spacing(input.columnGap),
});

export async function elkPositions(elk: Elk, input: LayoutInput): Promise<Positions> {
  const children = new Map<string | null, LayoutNode[]>();
  for (const node of input.nodes) children.set(node.parent, [...(children.get(node.parent) ?? []), node]);
  const build = (node: LayoutNode): ElkNode => ({
    id: node.id,
    ...(node.isBox
      ? {
          children: (children.get(node.id) ?? []).map(build),
          layoutOptions: { ...spacing(input.columnGap), 'elk.padding': '[top=14,left=14,bottom=34,right=14]' },
        }
      : { width: node.width, height: node.height }),
  });
  const root = await elk.layout({
    id: 'root',
    layoutOptions: rootOptions(input),
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
