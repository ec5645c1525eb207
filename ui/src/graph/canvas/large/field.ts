import type { Scene, SceneEdge, SceneNode } from '../../scene';
import type { Point } from '../layoutTypes';
import { nodeFontSize, shapeSizes } from '../nodeSize';
import type { Bounds } from '../viewport';

export interface FieldNode extends Point {
  readonly id: string;
  readonly node: SceneNode;
}

export interface FieldBox extends Bounds {
  readonly id: string;
  readonly node: SceneNode;
  readonly depth: number;
}

/** An edge between the borders of its nodes. One that leads back to its own node is a loop above it. */
export interface FieldEdge {
  readonly edge: SceneEdge;
  readonly from: Point;
  readonly to: Point;
  readonly isLoop: boolean;
}

/** A scene with a place for everything: what a large graph is drawn from. What has no place yet is not in it. */
export interface Field {
  readonly nodes: readonly FieldNode[];
  /** Outer boxes before what they hold. */
  readonly boxes: readonly FieldBox[];
  readonly edges: readonly FieldEdge[];
  readonly bounds: Bounds;
}

const nodeRadius = 19;
const boxPadding = { side: 12, top: 12, bottom: 32 };
/** Between two lines that join the same two nodes. */
const lineGap = 9;

export function buildField(scene: Scene, places: ReadonlyMap<string, Point>): Field {
  const nodes = scene.nodes.flatMap((node): FieldNode[] => {
    const place = node.shape === 'box' ? undefined : places.get(node.id);
    return place === undefined ? [] : [{ id: node.id, node, x: place.x, y: place.y }];
  });
  const boxes = boxesAround(scene, nodes);
  return { nodes, boxes, edges: edgesBetween(scene, places), bounds: union([...nodes.map(nodeArea), ...boxes]) ?? { x1: 0, y1: 0, x2: 1, y2: 1 } };
}

/** The node with its label. */
export function nodeArea({ x, y, node }: FieldNode): Bounds {
  const { width, height } = shapeSizes[node.shape];
  const lines = node.label.split('\n');
  const half = Math.max(width, lines.reduce((most, line) => Math.max(most, line.length), 0) * nodeFontSize * 0.6) / 2;
  return { x1: x - half, y1: y - height / 2, x2: x + half, y2: y + height / 2 + 6 + lines.length * nodeFontSize * 1.2 };
}

function boxesAround(scene: Scene, nodes: readonly FieldNode[]): FieldBox[] {
  const parents = new Map(scene.nodes.map((node) => [node.id, node.parent]));
  const areas = new Map<string, Bounds>();
  const grow = (id: string | null, area: Bounds): void => {
    if (id !== null) areas.set(id, union([area, areas.get(id) ?? area]) ?? area);
  };
  for (const node of nodes) grow(node.node.parent, nodeArea(node));
  const depthOf = (id: string | null): number => (id === null ? -1 : 1 + depthOf(parents.get(id) ?? null));
  const boxes = scene.nodes.filter((node) => node.shape === 'box').map((node) => ({ node, depth: depthOf(node.id) })).sort((a, b) => b.depth - a.depth);
  const found: FieldBox[] = [];
  for (const { node, depth } of boxes) {
    const area = areas.get(node.id);
    if (area === undefined) continue;
    const padded = { x1: area.x1 - boxPadding.side, y1: area.y1 - boxPadding.top, x2: area.x2 + boxPadding.side, y2: area.y2 + boxPadding.bottom };
    found.push({ id: node.id, node, depth, ...padded });
    grow(node.parent, padded);
  }
  return found.reverse();
}

function edgesBetween(scene: Scene, places: ReadonlyMap<string, Point>): FieldEdge[] {
  const pairs = new Map<string, SceneEdge[]>();
  for (const edge of scene.edges) {
    const key = edge.source < edge.target ? `${edge.source} ${edge.target}` : `${edge.target} ${edge.source}`;
    const twins = pairs.get(key);
    if (twins) twins.push(edge);
    else pairs.set(key, [edge]);
  }
  return [...pairs.values()].flatMap((twins) =>
    twins.flatMap((edge, i): FieldEdge[] => {
      const [source, target] = [places.get(edge.source), places.get(edge.target)];
      if (source === undefined || target === undefined) return [];
      if (edge.source === edge.target) return [{ edge, isLoop: true, from: source, to: { x: source.x, y: source.y - nodeRadius } }];
      return [line(edge, source, target, (i - (twins.length - 1) / 2) * lineGap * (edge.source < edge.target ? 1 : -1))];
    }),
  );
}

/** `aside`: how far from the line through the centres. */
function line(edge: SceneEdge, source: Point, target: Point, aside: number): FieldEdge {
  const length = Math.max(1, Math.hypot(target.x - source.x, target.y - source.y));
  const [dx, dy] = [(target.x - source.x) / length, (target.y - source.y) / length];
  const gap = Math.min(nodeRadius, length / 3);
  return {
    edge,
    isLoop: false,
    from: { x: source.x + dx * gap - dy * aside, y: source.y + dy * gap + dx * aside },
    to: { x: target.x - dx * (gap + 2) - dy * aside, y: target.y - dy * (gap + 2) + dx * aside },
  };
}

function union(areas: readonly Bounds[]): Bounds | null {
  return areas.reduce<Bounds | null>(
    (all, area) => (all === null ? area : { x1: Math.min(all.x1, area.x1), y1: Math.min(all.y1, area.y1), x2: Math.max(all.x2, area.x2), y2: Math.max(all.y2, area.y2) }),
    null,
  );
}
