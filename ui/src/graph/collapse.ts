import type { GraphEdge, GraphNode, Rates, TrafficGraph } from '../api/graph';
import { healthOrder } from '../api/health';

/** The graph with some boxes drawn as one node each: what was inside goes, edges to it lead to the box, and parallel ones become one. */
export function collapseBoxes(graph: TrafficGraph, collapsed: ReadonlySet<string>): TrafficGraph {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const active = [...collapsed].filter((id) => nodes.get(id)?.box);
  if (active.length === 0) return graph;
  const target = new Map(graph.nodes.map((node) => [node.id, outermost(node, nodes, collapsed)]));
  const kept = graph.nodes
    .filter((node) => target.get(node.id) === node.id)
    .map((node) => (collapsed.has(node.id) && node.box !== null ? asNode(node, graph, target) : node));
  const merged = new Map<string, GraphEdge>();
  for (const edge of graph.edges) {
    const [from, to] = [target.get(edge.source) ?? edge.source, target.get(edge.target) ?? edge.target];
    if (from === to && (from !== edge.source || to !== edge.target)) continue;
    if (from === edge.source && to === edge.target) {
      merged.set(edge.id, edge);
      continue;
    }
    const key = `${from} ${to} ${edge.protocol}`;
    const present = merged.get(key);
    merged.set(key, present === undefined ? { ...edge, id: key, source: from, target: to } : join(present, edge));
  }
  return { ...graph, nodes: kept, edges: [...merged.values()] };
}

/** The id of the outermost collapsed box around a node; its own without one. */
function outermost(node: GraphNode, nodes: ReadonlyMap<string, GraphNode>, collapsed: ReadonlySet<string>): string {
  let found = node.id;
  for (let at: GraphNode | undefined = node; at !== undefined; at = at.parent === null ? undefined : nodes.get(at.parent)) {
    if (at.box !== null && collapsed.has(at.id)) found = at.id;
  }
  return found;
}

/** A box as a node: an application as such, a namespace or cluster as what stands for it. */
function asNode(box: GraphNode, graph: TrafficGraph, target: ReadonlyMap<string, string>): GraphNode {
  const members = graph.nodes.filter((node) => node.id !== box.id && target.get(node.id) === box.id && node.box === null);
  const worst = members.map(({ health }) => health).reduce((a, b) => (healthOrder[b?.status ?? 'NA'] > healthOrder[a?.status ?? 'NA'] ? b : a), box.health);
  return { ...box, type: box.box === 'app' ? 'app' : 'box', box: box.box === 'app' ? null : box.box, health: worst, isOutOfMesh: members.some((member) => member.isOutOfMesh) };
}

function join(a: GraphEdge, b: GraphEdge): GraphEdge {
  const names = new Set([...Object.keys(a.rates), ...Object.keys(b.rates)]);
  const sum = (name: string) => (a.rates[name] ?? 0) + (b.rates[name] ?? 0);
  const total = sum(a.protocol);
  const rates: Rates = Object.fromEntries(
    [...names].map((name) => {
      if (!name.endsWith('PercentErr')) return [name, name.endsWith('PercentReq') ? Math.min(100, sum(name)) : sum(name)];
      // Shares of errors count by the traffic they are shares of.
      const errors = (a.rates[name] ?? 0) * (a.rates[a.protocol] ?? 0) + (b.rates[name] ?? 0) * (b.rates[b.protocol] ?? 0);
      return [name, total === 0 ? 0 : errors / total];
    }),
  );
  return {
    ...a,
    rates,
    health: healthOrder[b.health ?? 'NA'] > healthOrder[a.health ?? 'NA'] ? b.health : a.health,
    mtls: a.mtls === null || b.mtls === null ? null : Math.min(a.mtls, b.mtls),
    responseTime: Math.max(a.responseTime ?? 0, b.responseTime ?? 0) || null,
    throughput: a.throughput === null && b.throughput === null ? null : (a.throughput ?? 0) + (b.throughput ?? 0),
  };
}
