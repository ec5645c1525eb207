import type { Scene } from '../../scene';
import type { Point } from '../layoutTypes';
import type { Bounds } from '../viewport';
import { distanceToPiece, onCurve } from '../bend';
import { straight, type Curves } from './curves';
import type { Field, FieldBox, FieldEdge } from './field';

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

/** The element with all that leads to it and away from it; a box with its members and their edges. */
export function pathThrough(scene: Scene, boxes: readonly FieldBox[], id: string): ReadonlySet<string> {
  const edge = scene.edges.find((each) => each.id === id);
  if (edge) return new Set([id, edge.source, edge.target, ...follow(scene, [edge.source], 'up'), ...follow(scene, [edge.target], 'down')]);
  if (!boxes.some((box) => box.id === id)) return new Set([id, ...follow(scene, [id], 'up'), ...follow(scene, [id], 'down')]);
  const parents = new Map(scene.nodes.map((node) => [node.id, node.parent]));
  const isWithin = (at: string | null): boolean => at !== null && (at === id || isWithin(parents.get(at) ?? null));
  const members = new Set(scene.nodes.filter((node) => isWithin(node.id)).map((node) => node.id));
  const touching = scene.edges.filter((each) => members.has(each.source) || members.has(each.target));
  return new Set([...members, ...touching.flatMap((each) => [each.id, each.source, each.target])]);
}

/** The ids of all nodes and edges before (`up`) or behind (`down`) the given nodes. */
function follow(scene: Scene, start: readonly string[], way: 'up' | 'down'): ReadonlySet<string> {
  const next = new Map<string, { readonly edge: string; readonly node: string }[]>();
  for (const { id, source, target } of scene.edges) {
    const [at, to] = way === 'up' ? [target, source] : [source, target];
    const steps = next.get(at);
    if (steps) steps.push({ edge: id, node: to });
    else next.set(at, [{ edge: id, node: to }]);
  }
  const found = new Set<string>();
  const waiting = [...start];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const { edge, node } of next.get(at) ?? []) {
      found.add(edge);
      if (found.has(node)) continue;
      found.add(node);
      waiting.push(node);
    }
  }
  return found;
}
