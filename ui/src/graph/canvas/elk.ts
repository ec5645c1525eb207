import ELK, { type ELK as Elk, type ElkExtendedEdge, type ElkNode } from 'elkjs/lib/elk-api';
import ElkWorker from 'elkjs/lib/elk-worker.min.js?worker';
import type { LayoutInput, LayoutNode, Point, Positions } from './layoutTypes';

export function startElk(): Elk {
  return new ELK({ workerFactory: () => new ElkWorker() });
}

/** From so many nodes on every box is laid out by itself, and the boxes are packed: one level at a time. */
const manyNodes = 150;

/** Layered from left to right, with all boxes in one picture; for large graphs box by box. */
export async function elkPositions(elk: Elk, input: LayoutInput): Promise<Positions> {
  const root = input.nodes.length < manyNodes ? nestedGraph(input) : packedGraph(input);
  return flatten(await elk.layout(root));
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

function packedGraph(input: LayoutInput): ElkNode {
  const inside = edgesByContainer(input);
  return {
    id: 'root',
    layoutOptions: { 'elk.algorithm': 'rectpacking', 'elk.aspectRatio': '1.7', 'elk.spacing.nodeNode': '90' },
    children: buildTree(input, (id) => ({
      layoutOptions: { ...layered(input.columnGap), ...padding, 'elk.layered.thoroughness': '3', 'elk.aspectRatio': '1.7' },
      edges: inside.get(id) ?? [],
    })),
  };
}

function buildTree(input: LayoutInput, box: (id: string) => Partial<ElkNode>): ElkNode[] {
  const children = new Map<string | null, LayoutNode[]>();
  for (const node of input.nodes) children.set(node.parent, [...(children.get(node.parent) ?? []), node]);
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
