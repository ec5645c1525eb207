import type { Point } from './layoutTypes';

export type Direction = 'left' | 'right' | 'up' | 'down';

/** The nearest node in a direction from the one at `from`: one that lies rather ahead than aside, else whatever is ahead; the leftmost when there is none to start from. */
export function nearestNode(nodes: readonly (Point & { readonly id: string })[], from: string | null, direction: Direction): string | null {
  const origin = nodes.find((node) => node.id === from);
  if (origin === undefined) return least(nodes, (node) => node.x)?.id ?? null;
  const candidates = nodes
    .map(({ id, x, y }) => {
      const [dx, dy] = [x - origin.x, y - origin.y];
      const isHorizontal = direction === 'left' || direction === 'right';
      return { id, ahead: (isHorizontal ? dx : dy) * (direction === 'left' || direction === 'up' ? -1 : 1), aside: Math.abs(isHorizontal ? dy : dx) };
    })
    .filter(({ ahead }) => ahead > 5);
  const cost = ({ ahead, aside }: (typeof candidates)[number]) => ahead + 2 * aside;
  return (least(candidates.filter(({ ahead, aside }) => aside <= 1.5 * ahead), cost) ?? least(candidates, cost))?.id ?? null;
}

function least<T>(items: readonly T[], cost: (item: T) => number): T | null {
  return items.reduce<T | null>((best, item) => (best === null || cost(item) < cost(best) ? item : best), null);
}
