import type { TrafficGraph } from '../api/graph';
import { edgeRate, edgeTone } from './traffic';
import { matchesEdge, matchesNode } from './find/match';
import { FindSyntaxError, parseFind, type Expression } from './find/parse';
import type { EdgeMode } from './graphState';

/** A find or hide text, parsed: nothing, an expression, or the reason why it is none. */
export type Query = { readonly expression: Expression | null; readonly error: string | null };

export function parseQuery(text: string): Query {
  if (text.trim() === '') return { expression: null, error: null };
  try {
    return { expression: parseFind(text), error: null };
  } catch (error) {
    if (!(error instanceof FindSyntaxError)) throw error;
    return { expression: null, error: error.message };
  }
}

/** The ids of the nodes and edges that an expression finds. Boxes are never found. */
export function findElements(graph: TrafficGraph, expression: Expression | null, ranks: ReadonlyMap<string, number>): ReadonlySet<string> {
  if (expression === null) return new Set();
  return new Set([
    ...graph.nodes.filter((node) => node.box === null && matchesNode(expression, { node, rank: ranks.get(node.id) ?? null })),
    ...graph.edges.filter((edge) => matchesEdge(expression, edge)),
  ].map((element) => element.id));
}

/** Takes out what is hidden, then edges without an end, nodes that lost their last edge, and empty boxes. */
export function hideElements(graph: TrafficGraph, hidden: ReadonlySet<string>, edgeMode: EdgeMode): TrafficGraph {
  if (hidden.size === 0 && edgeMode === 'all') return graph;
  const shown = new Set(graph.nodes.filter((node) => node.box === null && !hidden.has(node.id)).map((node) => node.id));
  const edges = graph.edges.filter((edge) => shown.has(edge.source) && shown.has(edge.target) && !hidden.has(edge.id));
  const connectedBefore = ends(graph.edges);
  const connectedNow = ends(edges);
  const isKept = (node: TrafficGraph['nodes'][number]) => shown.has(node.id) && (connectedNow.has(node.id) || !connectedBefore.has(node.id));
  const boxes = filledBoxes(graph, graph.nodes.filter(isKept).map((node) => node.parent));
  return {
    ...graph,
    nodes: graph.nodes.filter((node) => (node.box === null ? isKept(node) : boxes.has(node.id))),
    edges: edges.filter((edge) => keepsEdge(edgeMode, edgeTone(edge))),
  };
}

function keepsEdge(mode: EdgeMode, tone: ReturnType<typeof edgeTone>): boolean {
  return mode === 'all' || (mode === 'unhealthy' && (tone === 'degraded' || tone === 'failure'));
}

function ends(edges: TrafficGraph['edges']): ReadonlySet<string> {
  return new Set(edges.flatMap((edge) => [edge.source, edge.target]));
}

function filledBoxes(graph: TrafficGraph, parents: readonly (string | null)[]): ReadonlySet<string> {
  const parentOf = new Map(graph.nodes.map((node) => [node.id, node.parent]));
  const filled = new Set<string>();
  for (const parent of parents) {
    for (let box = parent; box !== null && !filled.has(box); box = parentOf.get(box) ?? null) filled.add(box);
  }
  return filled;
}

/** Whether anything moves in the graph at all. */
export function isSilent(graph: TrafficGraph): boolean {
  return graph.edges.every((edge) => edgeRate(edge) === 0);
}
