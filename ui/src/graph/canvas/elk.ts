import ELK, { type ELK as Elk, type ElkExtendedEdge, type ElkNode } from 'elkjs/lib/elk-api';
import ElkWorker from 'elkjs/lib/elk-worker.min.js?worker';
import type { LayoutInput, LayoutNode, Point, Positions } from './layoutTypes';

export function startElk(): Elk {
  return new ELK({ workerFactory: () => new ElkWorker() });
}

/** From so many nodes or edges on every box is laid out by itself, and the boxes are packed. */
const manyNodes = 150;
const manyEdges = 200;

/** Layered from left to right, with all boxes in one picture; for large graphs box by box, telling `progress` the share that is done. */
export async function elkPositions(elk: Elk, input: LayoutInput, progress: (done: number) => void): Promise<Positions> {
  if (input.nodes.length < manyNodes && input.edges.length < manyEdges) return flatten(await elk.layout(nestedGraph(input)));
  return flatten(await packBoxes(elk, input, progress));
}

const layered = (columnGap: number): Record<string, string> => ({
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.spacing.nodeNodeBetweenLayers': String(columnGap),
  'elk.layered.spacing.edgeNodeBetweenLayers': '4',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '2',
  'elk.spacing.nodeNode': '22',
  'elk.spacing.edgeNode': '8',
  'elk.spacing.edgeEdge': '4',
  'elk.spacing.componentComponent': '36',
});
const padding = { 'elk.padding': '[top=12,left=12,bottom=32,right=12]' };

function nestedGraph(input: LayoutInput): ElkNode {
  return {
    id: 'root',
    layoutOptions: { ...layered(input.columnGap), 'elk.hierarchyHandling': 'INCLUDE_CHILDREN', 'elk.layered.thoroughness': '12' },
    children: buildTree(input, () => ({ layoutOptions: { ...layered(input.columnGap), ...padding } })),
    edges: input.edges.map((edge) => ({ id: edge.id, sources: [edge.source], targets: [edge.target] })),
  };
}

const packing = { 'elk.algorithm': 'rectpacking', 'elk.aspectRatio': '1.7', 'elk.spacing.nodeNode': '90' };

/** Boxes with many nodes are packed, those inside of them laid out one after the other: a layout takes much longer for one large box than for many small ones. */
async function packBoxes(elk: Elk, input: LayoutInput, progress: (done: number) => void): Promise<ElkNode> {
  const inside = edgesByContainer(input);
  const tree = buildTree(input, (id) => ({
    layoutOptions: { ...layered(input.columnGap), ...padding, 'elk.layered.thoroughness': '3', 'elk.aspectRatio': '1.7' },
    edges: inside.get(id) ?? [],
  }));
  let done = 0;
  const layOut = async (node: ElkNode): Promise<ElkNode> => {
    if (node.children === undefined) return node;
    if (countNodes(node) < manyNodes) {
      const placed = await elk.layout(node);
      done += countNodes(node);
      progress(done / input.nodes.length);
      return placed;
    }
    return pack(elk, { ...node, edges: [], layoutOptions: { ...packing, ...padding } }, await inTurn(node.children, layOut));
  };
  return pack(elk, { id: 'root', layoutOptions: packing }, await inTurn(tree, layOut));
}

/** Places finished boxes beside each other without looking into them again. */
async function pack(elk: Elk, box: ElkNode, children: readonly ElkNode[]): Promise<ElkNode> {
  const sized = children.map(({ id, width = 0, height = 0 }) => ({ id, width, height }));
  const packed = await elk.layout({ ...box, children: sized });
  const places = new Map(packed.children?.map((child) => [child.id, child]));
  return { ...packed, children: children.map((child) => ({ ...child, x: places.get(child.id)?.x ?? 0, y: places.get(child.id)?.y ?? 0 })) };
}

async function inTurn<T>(items: readonly T[], act: (item: T) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (const item of items) results.push(await act(item));
  return results;
}

function countNodes(node: ElkNode): number {
  return 1 + (node.children ?? []).reduce((sum, child) => sum + countNodes(child), 0);
}

function buildTree(input: LayoutInput, box: (id: string) => Partial<ElkNode>): ElkNode[] {
  const children = new Map<string | null, LayoutNode[]>();
  for (const node of input.nodes) {
    const siblings = children.get(node.parent);
    if (siblings) siblings.push(node);
    else children.set(node.parent, [node]);
  }
  const build = (node: LayoutNode): ElkNode =>
    node.isBox
      ? { id: node.id, children: (children.get(node.id) ?? []).map(build), ...box(node.id) }
      : { id: node.id, width: node.width, height: node.height };
  return (children.get(null) ?? []).map(build);
}

/** Every edge as one between two members of the innermost box that holds both its ends. */
function edgesByContainer(input: LayoutInput): ReadonlyMap<string, ElkExtendedEdge[]> {
  const parents = new Map(input.nodes.map((node) => [node.id, node.parent]));
  const pathOf = (id: string): string[] => {
    const parent = parents.get(id) ?? null;
    return parent === null ? [id] : [...pathOf(parent), id];
  };
  const result = new Map<string, ElkExtendedEdge[]>();
  const seen = new Set<string>();
  for (const edge of input.edges) {
    const [source, target] = [pathOf(edge.source), pathOf(edge.target)];
    const depth = source.findIndex((id, i) => id !== target[i]);
    const [container, from, to] = [source[depth - 1], source[depth], target[depth]];
    if (container === undefined || from === undefined || to === undefined || seen.has(`${from} ${to}`)) continue;
    seen.add(`${from} ${to}`);
    result.set(container, [...(result.get(container) ?? []), { id: edge.id, sources: [from], targets: [to] }]);
  }
  return result;
}

function flatten(root: ElkNode): Positions {
  const positions: Record<string, Point> = {};
  const place = (node: ElkNode, x: number, y: number): void => {
    for (const child of node.children ?? []) {
      const [left, top] = [x + (child.x ?? 0), y + (child.y ?? 0)];
      if (child.children) place(child, left, top);
      else positions[child.id] = { x: left + (child.width ?? 0) / 2, y: top + (child.height ?? 0) / 2 };
    }
  };
  place(root, 0, 0);
  return positions;
}
