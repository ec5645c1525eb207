import type { Scene } from '../../scene';
import type { FieldBox } from './field';

type Way = 'up' | 'down';
type Steps = ReadonlyMap<string, readonly { readonly edge: string; readonly node: string }[]>;

/** A path that is more than this share of a graph tells nothing: all of it would stand out. */
const tellingShare = 0.5;

/** What a selection shows: the path through it, as long as that leaves something to step back, else what it is joined to directly. */
export function standingOut(scene: Scene, boxes: readonly FieldBox[], id: string): ReadonlySet<string> {
  const path = pathThrough(scene, boxes, id);
  return path.size <= tellingShare * (scene.nodes.length + scene.edges.length) ? path : neighbourhood(scene, id, path);
}

/** The element with all that leads to it and away from it; a box with its members and their edges. */
export function pathThrough(scene: Scene, boxes: readonly FieldBox[], id: string): ReadonlySet<string> {
  const edge = scene.edges.find((each) => each.id === id);
  if (edge) return new Set([id, edge.source, edge.target, ...follow(scene, edge.source, 'up'), ...follow(scene, edge.target, 'down')]);
  if (!boxes.some((box) => box.id === id)) return new Set([id, ...follow(scene, id, 'up'), ...follow(scene, id, 'down')]);
  const parents = new Map(scene.nodes.map((node) => [node.id, node.parent]));
  const isWithin = (at: string | null): boolean => at !== null && (at === id || isWithin(parents.get(at) ?? null));
  const members = new Set(scene.nodes.filter((node) => isWithin(node.id)).map((node) => node.id));
  const touching = scene.edges.filter((each) => members.has(each.source) || members.has(each.target));
  return new Set([...members, ...touching.flatMap((each) => [each.id, each.source, each.target])]);
}

/** A node with its edges and their other ends; an edge with its ends. Of a box there is nothing smaller than its path. */
function neighbourhood(scene: Scene, id: string, path: ReadonlySet<string>): ReadonlySet<string> {
  const edge = scene.edges.find((each) => each.id === id);
  if (edge) return new Set([id, edge.source, edge.target]);
  const steps = (['up', 'down'] as const).flatMap((way) => stepsOf(scene, way).get(id) ?? []);
  return steps.length === 0 ? path : new Set([id, ...steps.flatMap((step) => [step.edge, step.node])]);
}

/** The ids of all nodes and edges before (`up`) or behind (`down`) a node. */
function follow(scene: Scene, start: string, way: Way): ReadonlySet<string> {
  const next = stepsOf(scene, way);
  const found = new Set<string>();
  const waiting = [start];
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

/** Scenes do not change: which step leads where is found out once for each. */
const known = new WeakMap<Scene, Record<Way, Steps>>();

function stepsOf(scene: Scene, way: Way): Steps {
  const steps = known.get(scene) ?? { up: findSteps(scene, 'up'), down: findSteps(scene, 'down') };
  known.set(scene, steps);
  return steps[way];
}

function findSteps(scene: Scene, way: Way): Steps {
  const next = new Map<string, { readonly edge: string; readonly node: string }[]>();
  for (const { id, source, target } of scene.edges) {
    const [at, to] = way === 'up' ? [target, source] : [source, target];
    const steps = next.get(at);
    if (steps) steps.push({ edge: id, node: to });
    else next.set(at, [{ edge: id, node: to }]);
  }
  return next;
}
