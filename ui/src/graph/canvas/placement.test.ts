import { describe, expect, it } from 'vitest';
import { breadthFirst } from './breadthFirst';
import { fillStage, placeNewNodes } from './placement';

describe('placing new nodes', () => {
  const placed = [
    { id: 'a', parent: null, x: 0, y: 0 },
    { id: 'b', parent: null, x: 150, y: 0 },
  ];

  it('puts a callee to the right of its caller, on a free spot', () => {
    const points = placeNewNodes(placed, [{ id: 'c', parent: null }], [{ source: 'a', target: 'c' }]);
    const c = points.get('c');
    expect(c?.x).toBe(150);
    expect(Math.abs(c?.y ?? 0)).toBeGreaterThanOrEqual(60);
    expect([...points.keys()]).toEqual(['c']);
  });

  it('follows chains of new nodes and finds places for lonely ones', () => {
    const added = [{ id: 'e', parent: null }, { id: 'd', parent: null }, { id: 'lonely', parent: null }];
    const points = placeNewNodes(placed, added, [{ source: 'b', target: 'd' }, { source: 'd', target: 'e' }]);
    expect(points.get('d')?.x).toBe(300);
    expect(points.get('e')?.x).toBe(450);
    expect(points.has('lonely')).toBe(true);
    const spots = [...points.values()].map((point) => `${point.x} ${point.y}`);
    expect(new Set(spots).size).toBe(3);
  });

  it('works on an empty canvas', () => {
    expect(placeNewNodes([], [{ id: 'x', parent: null }], []).get('x')).toEqual({ x: 0, y: 0 });
  });
});

describe('filling the stage', () => {
  it('stretches the shorter side only, and not beyond all measure', () => {
    const wide = fillStage({ a: { x: 0, y: 0 }, b: { x: 1000, y: 100 } }, 800, 600);
    expect(wide).toEqual({ a: { x: 0, y: 0 }, b: { x: 1000, y: 190 } });
    expect(fillStage({ a: { x: 5, y: 5 } }, 800, 600)).toEqual({ a: { x: 5, y: 5 } });
  });
});

describe('the breadth-first layout', () => {
  const node = (id: string) => ({ id, parent: null, isBox: false, width: 40, height: 40 });
  const edge = (source: string, target: string) => ({ id: source + target, source, target });

  it('makes a column of every hop', () => {
    const positions = breadthFirst({
      layout: 'kiali-breadth-first',
      columnGap: 60,
      nodes: ['a', 'b', 'c', 'd'].map(node),
      edges: [edge('a', 'b'), edge('a', 'c'), edge('b', 'd'), edge('c', 'd'), edge('d', 'a'), edge('d', 'd')].filter(({ target }) => target !== 'a'),
    });
    expect(['a', 'b', 'c', 'd'].map((id) => positions[id]?.x)).toEqual([20, 120, 120, 220]);
    expect(positions.b?.y).not.toBe(positions.c?.y);
  });

  it('places cycles that nobody enters', () => {
    const positions = breadthFirst({ layout: 'kiali-breadth-first', columnGap: 60, nodes: ['a', 'b'].map(node), edges: [edge('a', 'b'), edge('b', 'a')] });
    expect(Object.keys(positions)).toEqual(['a', 'b']);
  });
});
