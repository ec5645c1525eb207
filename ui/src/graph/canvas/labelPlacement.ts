import type { Point } from './layoutTypes';

export interface LabelledEdge {
  readonly id: string;
  readonly from: Point;
  readonly to: Point;
  readonly width: number;
  readonly height: number;
}

/** A rectangle by its centre. */
export interface Area extends Point {
  readonly width: number;
  readonly height: number;
}

/** Where along an edge a label may sit, best first. */
const places = [0.5, 0.42, 0.58, 0.34, 0.66, 0.27, 0.73];

/** For every label a place on its edge where it covers neither a node nor another label, as far as there is one; else the middle. */
export function placeLabels(edges: readonly LabelledEdge[], nodes: readonly Area[]): ReadonlyMap<string, number> {
  const taken: Area[] = [...nodes];
  const result = new Map<string, number>();
  // Short edges have the least choice.
  const ordered = [...edges].sort((a, b) => length(a) - length(b) || (a.id < b.id ? -1 : 1));
  for (const edge of ordered) {
    const at = places.find((place) => !taken.some((area) => overlap(area, labelArea(edge, place)))) ?? 0.5;
    taken.push(labelArea(edge, at));
    result.set(edge.id, at);
  }
  return result;
}

function labelArea({ from, to, width, height }: LabelledEdge, place: number): Area {
  return { x: from.x + (to.x - from.x) * place, y: from.y + (to.y - from.y) * place, width, height };
}

function overlap(a: Area, b: Area): boolean {
  return Math.abs(a.x - b.x) * 2 < a.width + b.width && Math.abs(a.y - b.y) * 2 < a.height + b.height;
}

function length({ from, to }: LabelledEdge): number {
  return Math.hypot(to.x - from.x, to.y - from.y);
}
