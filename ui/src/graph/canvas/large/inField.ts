import type { Point } from '../layoutTypes';
import type { Bounds } from '../viewport';
import { distanceToPiece, onCurve } from '../bend';
import { straight, type Curves } from './curves';
import type { Field, FieldEdge } from './field';

const nodeReach = 21;
/** Lines that a curve is looked at as. */
const pieces = 12;

/** What lies at a point: a node before an edge before the innermost box. `reach`: how near an edge has to be. */
export function elementAt(field: Field, point: Point, reach: number, curves: Curves = straight): string | null {
  const node = field.nodes.findLast((each) => Math.abs(each.x - point.x) < nodeReach && Math.abs(each.y - point.y) < nodeReach);
  if (node) return node.id;
  const edge = nearestEdge(field.edges, point, reach, curves);
  if (edge) return edge.edge.id;
  return field.boxes.findLast((box) => contains(box, point))?.id ?? null;
}

function nearestEdge(edges: readonly FieldEdge[], point: Point, reach: number, curves: Curves): FieldEdge | null {
  let [best, least]: [FieldEdge | null, number] = [null, reach];
  for (const edge of edges) {
    const distance = distanceTo(edge, point, curves);
    if (distance < least) [best, least] = [edge, distance];
  }
  return best;
}

function distanceTo(edge: FieldEdge, point: Point, curves: Curves): number {
  const { from, to, isLoop } = edge;
  const control = curves(edge);
  if (control !== null) {
    const points = Array.from({ length: pieces + 1 }, (_, i) => onCurve(from, control, to, i / pieces));
    return Math.min(...points.slice(1).map((end, i) => distanceToPiece(points[i] ?? from, end, point)));
  }
  if (isLoop) return Math.abs(Math.hypot(point.x - to.x, point.y - to.y) - loopRadius);
  return distanceToPiece(from, to, point);
}

/** The circle that an edge to its own node is drawn as, around the top of the node. */
export const loopRadius = 12;

function contains(area: Bounds, { x, y }: Point): boolean {
  return x >= area.x1 && x <= area.x2 && y >= area.y1 && y <= area.y2;
}
