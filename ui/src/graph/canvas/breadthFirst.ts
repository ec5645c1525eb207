import type { LayoutInput, Positions } from './layoutTypes';

const rowGap = 24;

/** Columns by the number of hops from the nodes that nobody calls; within a column in the order of the callers. */
export function breadthFirst({ nodes, edges, columnGap }: LayoutInput): Positions {
  const members = nodes.filter((node) => !node.isBox);
  const callees = new Map<string, string[]>();
  const callers = new Map<string, string[]>();
  for (const { source, target } of edges) {
    if (source === target) continue;
    callees.set(source, [...(callees.get(source) ?? []), target]);
    callers.set(target, [...(callers.get(target) ?? []), source]);
  }
  const level = new Map<string, number>();
  const visit = (start: readonly string[]): void => {
    for (let front = start, depth = 0; front.length > 0; depth++) {
      for (const id of front) level.set(id, depth);
      front = [...new Set(front.flatMap((id) => callees.get(id) ?? []))].filter((id) => !level.has(id));
    }
  };
  visit(members.filter((node) => !callers.has(node.id)).map((node) => node.id));
  // What is left are cycles that nobody enters: each starts at its first node.
  for (const node of members) if (!level.has(node.id)) visit([node.id]);

  const columns: (typeof members)[] = [];
  for (const node of members) (columns[level.get(node.id) ?? 0] ??= []).push(node);
  const positions: Record<string, { x: number; y: number }> = {};
  let x = 0;
  for (const column of columns) {
    const wish = (id: string): number => mean((callers.get(id) ?? []).flatMap((caller) => positions[caller]?.y ?? []));
    const ordered = [...column].sort((a, b) => wish(a.id) - wish(b.id));
    const width = Math.max(...ordered.map((node) => node.width));
    let y = -ordered.reduce((sum, node) => sum + node.height + rowGap, 0) / 2;
    for (const node of ordered) {
      positions[node.id] = { x: x + width / 2, y: y + node.height / 2 };
      y += node.height + rowGap;
    }
    x += width + columnGap;
  }
  return positions;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
