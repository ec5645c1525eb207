import type { TrafficGraph } from '../api/graph';
import type { RankCriterion } from './graphState';

/** Ranks 1 (most edges) to 100, by the number of inbound or outbound edges of each node, relative to the greatest. */
export function rankNodes(graph: TrafficGraph, criteria: readonly RankCriterion[]): ReadonlyMap<string, number> {
  const scores = new Map<string, number>();
  for (const criterion of criteria) {
    const counts = new Map<string, number>();
    for (const edge of graph.edges) {
      const id = criterion === 'inboundEdges' ? edge.target : edge.source;
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    const most = Math.max(1, ...counts.values());
    for (const [id, count] of counts) scores.set(id, (scores.get(id) ?? 0) + count / most);
  }
  const levels = [...new Set(scores.values())].sort((a, b) => b - a);
  const step = levels.length > 100 ? 100 / levels.length : 1;
  const rankOf = new Map(levels.map((score, i) => [score, Math.floor(i * step) + 1]));
  return new Map([...scores].map(([id, score]) => [id, rankOf.get(score) ?? 100]));
}
