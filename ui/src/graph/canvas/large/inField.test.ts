import { describe, expect, it } from 'vitest';
import type { Scene, SceneEdge, SceneNode } from '../../scene';
import { buildField } from './field';
import { elementAt } from './inField';
import { pathThrough, standingOut } from './path';

const scene: Scene = {
  nodes: [node('box', null, true), node('a', 'box'), node('b', 'box'), node('c', null), node('alone', null), node('unplaced', null)],
  edges: [edge('a', 'b'), edge('b', 'a'), edge('b', 'c'), edge('c', 'c'), edge('c', 'unplaced')],
};
const field = buildField(scene, new Map([['a', { x: 0, y: 0 }], ['b', { x: 200, y: 0 }], ['c', { x: 400, y: 0 }], ['alone', { x: 0, y: 400 }]]));

describe('a large graph as it lies', () => {
  it('holds what has a place, and boxes around their members and labels', () => {
    expect(field.nodes.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'alone']);
    expect(field.edges.map(({ edge: { id } }) => id).sort()).toEqual(['a-b', 'b-a', 'b-c', 'c-c']);
    expect(field.boxes).toHaveLength(1);
    const [box] = field.boxes;
    expect(box?.x1).toBeLessThan(-17);
    expect(box?.x2).toBeGreaterThan(217);
    expect(box?.x2).toBeLessThan(380);
    expect(field.bounds.y2).toBeGreaterThan(400);
  });

  it('draws two edges between the same nodes beside each other', () => {
    const [there, back] = [field.edges.find(({ edge: { id } }) => id === 'a-b'), field.edges.find(({ edge: { id } }) => id === 'b-a')];
    expect(Math.abs((there?.from.y ?? 0) - (back?.from.y ?? 0))).toBeGreaterThan(5);
  });

  it('finds nodes before edges before boxes', () => {
    expect(elementAt(field, { x: 5, y: 5 }, 6)).toBe('a');
    expect(elementAt(field, { x: 100, y: 5 }, 6)).toMatch(/^(a-b|b-a)$/);
    expect(elementAt(field, { x: 300, y: 2 }, 6)).toBe('b-c');
    expect(elementAt(field, { x: 100, y: 18 }, 6)).toBe('box');
    expect(elementAt(field, { x: 300, y: 200 }, 6)).toBeNull();
  });

  it('follows a path up and down, from a node, an edge and a box', () => {
    const path = (id: string) => [...pathThrough(scene, field.boxes, id)].sort();
    expect(path('a')).toEqual(['a', 'a-b', 'b', 'b-a', 'b-c', 'c', 'c-c', 'c-unplaced', 'unplaced']);
    expect(path('alone')).toEqual(['alone']);
    expect(path('c-unplaced')).toContain('a');
    expect(path('box')).toEqual(['a', 'a-b', 'b', 'b-a', 'b-c', 'box', 'c']);
  });

  it('lets only neighbours stand out where the path is most of the graph', () => {
    const shown = (id: string) => [...standingOut(scene, field.boxes, id)].sort();
    expect(shown('a')).toEqual(['a', 'a-b', 'b', 'b-a']);
    expect(shown('b-c')).toEqual(['b', 'b-c', 'c']);
    expect(shown('alone')).toEqual(['alone']);
    expect(shown('box')).toEqual([...pathThrough(scene, field.boxes, 'box')].sort());
  });
});

function node(id: string, parent: string | null, isBox = false): SceneNode {
  const shape = isBox ? 'box' : 'circle';
  return { id, parent, shape, box: isBox ? 'namespace' : null, tone: 'healthy', label: id, title: id, icon: null, badges: [], faded: false, found: false, traced: false };
}

function edge(source: string, target: string): SceneEdge {
  return { id: `${source}-${target}`, source, target, tone: 'healthy', protocol: 'http', label: '', locked: false, found: false, traced: false, rate: 1, errorPercent: 0, responseTime: null };
}
