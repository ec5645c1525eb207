import { describe, expect, it } from 'vitest';
import { rowWindow } from './rowWindow';

const even = () => 40;

describe('the rows drawn of a long list', () => {
  it('are those near the visible part, and the others leave their room', () => {
    const { first, end, before, after } = rowWindow(1000, even, 20_000, 20_800);
    expect([first, end]).toEqual([485, 536]);
    expect(before).toBe(485 * 40);
    expect(before + (end - first) * 40 + after).toBe(1000 * 40);
  });

  it('begin with the first and end with the last', () => {
    expect(rowWindow(1000, even, -500, 300)).toMatchObject({ first: 0, before: 0 });
    expect(rowWindow(1000, even, 39_500, 40_300)).toMatchObject({ end: 1000, after: 0 });
    expect(rowWindow(0, even, 0, 800)).toEqual({ first: 0, end: 0, before: 0, after: 0 });
  });

  it('count high rows as high', () => {
    const high = (row: number) => (row < 100 ? 400 : 40);
    const { first, before } = rowWindow(1000, high, 40_000, 40_800);
    expect(first).toBe(85);
    expect(before).toBe(85 * 400);
  });

  it('take a usual height for what was never drawn', () => {
    const { before, first } = rowWindow(500, () => undefined, 9_000, 9_500);
    expect(first).toBeGreaterThan(100);
    expect(before).toBeCloseTo(first * 44);
  });
});
