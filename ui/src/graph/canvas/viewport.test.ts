import { describe, expect, it } from 'vitest';
import { nearestNode } from './neighbour';
import { areaViewport, fitViewport, largestZoom, zoomAround } from './viewport';

const canvas = { width: 1000, height: 800 };

describe('what the canvas shows', () => {
  it('fits a graph between its margins, and does not blow up a small one', () => {
    const { zoom, pan } = fitViewport({ x1: 0, y1: 0, x2: 4000, y2: 1000 }, canvas);
    expect(pan.x).toBeGreaterThan(0);
    expect(pan.x + 4000 * zoom).toBeLessThan(1000);
    expect(pan.y + 1000 * zoom).toBeLessThan(800);
    expect(fitViewport({ x1: 0, y1: 0, x2: 10, y2: 10 }, canvas).zoom).toBeLessThan(2);
  });

  it('keeps the point under the mouse while it zooms, within bounds', () => {
    const before = { zoom: 0.5, pan: { x: 40, y: 60 } };
    const after = zoomAround(before, 2, { x: 300, y: 200 });
    expect((300 - after.pan.x) / after.zoom).toBeCloseTo((300 - before.pan.x) / before.zoom);
    expect(zoomAround(before, 1000, { x: 0, y: 0 }).zoom).toBe(largestZoom);
  });

  it('zooms to an area drawn in any direction, but not to one that is no area', () => {
    expect(areaViewport({ x: 300, y: 300 }, { x: 100, y: 100 }, canvas, 1)).toEqual(areaViewport({ x: 100, y: 100 }, { x: 300, y: 300 }, canvas, 1));
    expect(areaViewport({ x: 0, y: 0 }, { x: 5, y: 200 }, canvas, 1)).toBeNull();
  });
});

describe('going from node to node', () => {
  const nodes = [{ id: 'left', x: 0, y: 0 }, { id: 'middle', x: 100, y: 10 }, { id: 'aside', x: 60, y: 200 }, { id: 'right', x: 220, y: 0 }];

  it('starts at the left, goes to the nearest ahead, and stays at the end', () => {
    expect(nearestNode(nodes, null, 'right')).toBe('left');
    expect(nearestNode(nodes, 'left', 'right')).toBe('middle');
    expect(nearestNode(nodes, 'left', 'down')).toBe('aside');
    expect(nearestNode(nodes, 'right', 'right')).toBeNull();
    expect(nearestNode([], null, 'right')).toBeNull();
  });
});
