import type { Point, Positions } from './layoutTypes';

export interface PlacedNode extends Point {
  readonly id: string;
  readonly parent: string | null;
}

export interface NewNode {
  readonly id: string;
  readonly parent: string | null;
}

const column = 150;
const row = 70;

/**
 * Places nodes that came with a refresh beside those they talk to, and leaves all others where they are:
 * to the right of a caller, to the left of a callee, else below their box or the whole graph.
 */
export function placeNewNodes(
  placed: readonly PlacedNode[],
  added: readonly NewNode[],
  edges: readonly { readonly source: string; readonly target: string }[],
): ReadonlyMap<string, Point> {
  const points = new Map(placed.map((node) => [node.id, { x: node.x, y: node.y }]));
  const result = new Map<string, Point>();
  const waiting = [...added];
  while (waiting.length > 0) {
    const index = Math.max(0, waiting.findIndex((node) => neighbour(node.id, edges, points) !== null));
    const [node] = waiting.splice(index, 1);
    if (node === undefined) break;
    const wish = neighbour(node.id, edges, points) ?? besides(node, placed, points);
    const point = freeSpot(wish, points);
    points.set(node.id, point);
    result.set(node.id, point);
  }
  return result;
}

const mostStretch = 1.9;

/** Pulls a layout apart along its shorter side, as far as the stage has room there; nothing gets nearer to anything. */
export function fillStage(positions: Positions, stageWidth: number, stageHeight: number): Positions {
  const points = Object.values(positions);
  if (points.length < 2 || stageWidth <= 0 || stageHeight <= 0) return positions;
  const extent = (of: (point: Point) => number) => Math.max(...points.map(of)) - Math.min(...points.map(of));
  const [width, height] = [extent((point) => point.x) + row, extent((point) => point.y) + row];
  const ratio = width / height / (stageWidth / stageHeight);
  const [x, y] = ratio > 1 ? [1, Math.min(mostStretch, ratio)] : [Math.min(mostStretch, 1 / ratio), 1];
  return Object.fromEntries(Object.entries(positions).map(([id, point]) => [id, { x: point.x * x, y: point.y * y }]));
}

function neighbour(id: string, edges: readonly { source: string; target: string }[], points: ReadonlyMap<string, Point>): Point | null {
  for (const edge of edges) {
    const caller = edge.target === id ? points.get(edge.source) : undefined;
    if (caller) return { x: caller.x + column, y: caller.y };
  }
  for (const edge of edges) {
    const callee = edge.source === id ? points.get(edge.target) : undefined;
    if (callee) return { x: callee.x - column, y: callee.y };
  }
  return null;
}

function besides(node: NewNode, placed: readonly PlacedNode[], points: ReadonlyMap<string, Point>): Point {
  const siblings = placed.filter((other) => node.parent !== null && other.parent === node.parent);
  const others: readonly Point[] = siblings.length > 0 ? siblings : [...points.values()];
  if (others.length === 0) return { x: 0, y: 0 };
  return { x: Math.min(...others.map((point) => point.x)), y: Math.max(...others.map((point) => point.y)) + row };
}

function freeSpot(wish: Point, points: ReadonlyMap<string, Point>): Point {
  const taken = (candidate: Point) =>
    [...points.values()].some((point) => Math.abs(point.x - candidate.x) < column * 0.5 && Math.abs(point.y - candidate.y) < row * 0.85);
  for (let step = 0; step < 200; step++) {
    const offset = Math.ceil(step / 2) * (step % 2 === 0 ? -1 : 1) * row;
    const candidate = { x: wish.x, y: wish.y + offset };
    if (!taken(candidate)) return candidate;
  }
  return wish;
}
