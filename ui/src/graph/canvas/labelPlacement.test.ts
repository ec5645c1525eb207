import { describe, expect, it } from 'vitest';
import { placeLabels } from './labelPlacement';

const edge = (id: string, x1: number, y1: number, x2: number, y2: number) => ({ id, from: { x: x1, y: y1 }, to: { x: x2, y: y2 }, width: 40, height: 12 });

describe('placing edge labels', () => {
  it('leaves a lone label in the middle', () => {
    expect(placeLabels([edge('a', 0, 0, 200, 0)], []).get('a')).toBe(0.5);
  });

  it('moves one of two labels that would cross', () => {
    const places = placeLabels([edge('a', 0, 0, 200, 200), edge('b', 0, 200, 200, 0)], []);
    expect([...places.values()].filter((place) => place === 0.5)).toHaveLength(1);
  });

  it('keeps off nodes, and stays in the middle where there is no room at all', () => {
    expect(placeLabels([edge('a', 0, 0, 400, 0)], [{ x: 200, y: 0, width: 30, height: 30 }]).get('a')).not.toBe(0.5);
    expect(placeLabels([edge('a', 0, 0, 100, 0)], [{ x: 50, y: 0, width: 300, height: 30 }]).get('a')).toBe(0.5);
  });
});
