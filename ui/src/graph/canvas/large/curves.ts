import { bendAround, controlPoint } from '../bend';
import type { Point } from '../layoutTypes';
import type { Field, FieldEdge } from './field';

/** The control point of an edge that is drawn as a curve; `null`: it is straight. */
export type Curves = (edge: FieldEdge) => Point | null;

/** From so far away nobody sees which node an edge runs through. */
export const straight: Curves = () => null;

/** Longer edges cross half the mesh, which no bend makes clearer. */
const longest = 1200;

/** Bends edges around the nodes in their way; each is computed when it is first looked at. */
export function curvesOf(field: Field): Curves {
  const known = new Map<FieldEdge, Point | null>();
  return (edge) => {
    const found = known.get(edge);
    if (found !== undefined) return found;
    const { from, to, isLoop } = edge;
    const bend = isLoop || Math.hypot(to.x - from.x, to.y - from.y) > longest ? 0 : bendAround(from, to, field.nodes);
    const curve = bend === 0 ? null : controlPoint(from, to, bend);
    known.set(edge, curve);
    return curve;
  };
}
