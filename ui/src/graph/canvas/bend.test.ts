import { describe, expect, it } from 'vitest';
import { bendAround, controlPoint, onCurve } from './bend';

const [left, right] = [{ x: 0, y: 0 }, { x: 400, y: 0 }];

describe('an edge between two nodes', () => {
  it('is straight where nothing is in its way', () => {
    expect(bendAround(left, right, [{ x: 200, y: 60 }, { x: 600, y: 0 }, left, right])).toBe(0);
  });

  it('passes by what is in its way, as near as it can', () => {
    const inWay = { x: 200, y: 0 };
    const bend = bendAround(left, right, [inWay]);
    expect(Math.abs(bend)).toBe(64);
    const control = controlPoint(left, right, bend);
    for (let t = 0; t <= 1; t += 0.05) {
      const { x, y } = onCurve(left, control, right, t);
      expect(Math.hypot(x - inWay.x, y - inWay.y)).toBeGreaterThan(24);
    }
  });

  it('takes the side that is free', () => {
    const below = [{ x: 200, y: 0 }, { x: 150, y: 40 }, { x: 200, y: 40 }, { x: 250, y: 40 }];
    expect(controlPoint(left, right, bendAround(left, right, below)).y).toBeLessThan(0);
    const above = below.map(({ x, y }) => ({ x, y: -y }));
    expect(controlPoint(left, right, bendAround(left, right, above)).y).toBeGreaterThan(0);
  });

  it('leaves the names below nodes legible where it has the choice', () => {
    expect(controlPoint(left, right, bendAround(left, right, [{ x: 200, y: 0 }])).y).toBeLessThan(0);
    expect(controlPoint(right, left, bendAround(right, left, [{ x: 200, y: 0 }])).y).toBeLessThan(0);
  });

  it('goes through as few as it must', () => {
    // A wall that is thick below and thin above: no curve meets none, and those above meet fewer than the straight line.
    const thin = Array.from({ length: 8 }, (_, i) => ({ x: 200, y: -40 - i * 40 }));
    const thick = [140, 200, 260].flatMap((x) => Array.from({ length: 8 }, (_, i) => ({ x, y: i * 40 })));
    const wall = [...thin, ...thick];
    expect(controlPoint(left, right, bendAround(left, right, wall)).y).toBeLessThan(0);
    const mirrored = wall.map(({ x, y }) => ({ x, y: -y }));
    expect(controlPoint(left, right, bendAround(left, right, mirrored)).y).toBeGreaterThan(0);
  });
});
