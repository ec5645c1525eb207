import ELK from 'elkjs/lib/elk.bundled.js';
import { describe, expect, it, vi } from 'vitest';
import type { Scene, SceneEdge, SceneNode } from '../scene';
import { elkPositions } from './elk';
import { buildField } from './large/field';
import { nodeCentre } from './nodeSize';
import type { LayoutNode } from './layoutTypes';

// The layout runs in this thread instead.
vi.mock('elkjs/lib/elk-worker.min.js?worker', () => ({ default: class {} }));

const boxCount = 9;
const nodes: readonly SceneNode[] = [
  ...Array.from({ length: boxCount }, (_, i) => sceneNode(`box${i}`, null, true)),
  ...Array.from({ length: 270 }, (_, i) => sceneNode(`node${i}`, `box${i % boxCount}`, false)),
];
const edges: readonly SceneEdge[] = Array.from({ length: 400 }, (_, i) => sceneEdge(`node${(i * 7) % 270}`, `node${(i * 7 + boxCount * (1 + (i % 4))) % 270}`));

describe('the layered layout of a large graph', () => {
  it('places every node, keeps boxes apart, and tells how far it is', async () => {
    const told: number[] = [];
    const sizes = nodes.map((node): LayoutNode => ({ id: node.id, parent: node.parent, isBox: node.shape === 'box', width: 60, height: 60 }));
    const positions = await elkPositions(new ELK(), { layout: 'kiali-elk', columnGap: 80, nodes: sizes, edges }, (done) => told.push(done));
    const scene: Scene = { nodes, edges };
    const places = new Map(sizes.flatMap((size) => (positions[size.id] ? [[size.id, nodeCentre(positions[size.id] ?? { x: 0, y: 0 }, size, 'circle')] as const] : [])));
    const field = buildField(scene, places);
    expect(field.nodes).toHaveLength(270);
    const overlaps = field.boxes.flatMap((a, i) => field.boxes.slice(i + 1).filter((b) => a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2).map((b) => `${a.id} ${b.id}`));
    expect(overlaps).toEqual([]);
    expect(told).toHaveLength(boxCount);
    expect([...told].sort((a, b) => a - b)).toEqual(told);
    expect(told.at(-1)).toBeCloseTo(1);
  }, 60_000);
});

function sceneNode(id: string, parent: string | null, isBox: boolean): SceneNode {
  const shape = isBox ? 'box' : 'circle';
  return { id, parent, shape, box: isBox ? 'namespace' : null, tone: 'healthy', label: id, title: id, icon: null, badges: [], faded: false, found: false, traced: false };
}

function sceneEdge(source: string, target: string): SceneEdge {
  return { id: `${source}-${target}`, source, target, tone: 'healthy', protocol: 'http', label: '', locked: false, found: false, traced: false, rate: 1, errorPercent: 0, responseTime: null };
}
