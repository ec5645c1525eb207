import type { Point } from './layoutTypes';

/** So near to the centre of a node an edge runs through it. */
const reach = 24;
/** So far below its centre stands the name of a node, which an edge had better not cross either. */
const nameBelow = 36;
/** What it is worse to run through a node than through a name. */
const nodeWeight = 3;
/** How far beside the line through both ends the control point may lie, nearest first, on one side and the other. */
const offsets = [40, 64, 96, 136, 184, 240].flatMap((offset) => [offset, -offset]);
/** How many points of a curve are looked at. */
const samples = 14;

/**
 * How far the control point of a curve lies beside the middle of the line between two nodes (to the right, as one goes there), so that the curve passes the others by.
 * 0: the straight line meets none. Where every curve meets some, or their names, the one that meets the fewest.
 */
export function bendAround(from: Point, to: Point, others: readonly Point[]): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy);
  if (length < 2 * reach) return 0;
  const most = Math.min(offsets.at(-2) ?? 0, length);
  const near = others.filter((other) => isBetween(from, dx, dy, length, other, most / 2 + reach));
  if (!near.some((other) => distanceToLine(from, dx, dy, length, other) < reach)) return 0;
  let [best, fewest] = [0, meetings(from, to, 0, near)];
  for (const offset of offsets) {
    if (Math.abs(offset) > most) break;
    const met = meetings(from, to, offset, near);
    if (met < fewest) [best, fewest] = [offset, met];
    if (fewest === 0) break;
  }
  return best;
}

/** The control point of a quadratic curve that is bent so far. */
export function controlPoint(from: Point, to: Point, bend: number): Point {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy) || 1;
  return { x: (from.x + to.x) / 2 - (dy / length) * bend, y: (from.y + to.y) / 2 + (dx / length) * bend };
}

/** A point of the curve, from 0 (its start) to 1. */
export function onCurve(from: Point, control: Point, to: Point, t: number): Point {
  const u = 1 - t;
  return { x: u * u * from.x + 2 * u * t * control.x + t * t * to.x, y: u * u * from.y + 2 * u * t * control.y + t * t * to.y };
}

/** Beside the line and between its ends, so near that some curve might meet it. The ends themselves are not. */
function isBetween(from: Point, dx: number, dy: number, length: number, { x, y }: Point, width: number): boolean {
  const along = ((x - from.x) * dx + (y - from.y) * dy) / length;
  if (along < reach / 2 || along > length - reach / 2) return false;
  return Math.abs((x - from.x) * dy - (y - from.y) * dx) / length < width;
}

function distanceToLine(from: Point, dx: number, dy: number, length: number, { x, y }: Point): number {
  return Math.abs((x - from.x) * dy - (y - from.y) * dx) / length;
}

function meetings(from: Point, to: Point, bend: number, others: readonly Point[]): number {
  const control = controlPoint(from, to, bend);
  const points = Array.from({ length: samples - 1 }, (_, i) => onCurve(from, control, to, (i + 1) / samples));
  const meets = (place: Point) => points.some((point, i) => distanceToPiece(points[i - 1] ?? from, point, place) < reach);
  return others.reduce((sum, { x, y }) => sum + (meets({ x, y }) ? nodeWeight : 0) + (meets({ x, y: y + nameBelow }) ? 1 : 0), 0);
}

/** How far a point is from the line between two others. */
export function distanceToPiece(a: Point, b: Point, { x, y }: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const along = Math.max(0, Math.min(1, ((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - a.x - dx * along, y - a.y - dy * along);
}
