import { describe, expect, it } from 'vitest';
import { decodeMetrics } from '../api/metrics';
import { decodeTraces, type Trace } from '../api/traces';
import { recordedGraph, recordedJson } from '../testGraph';
import { collapseBoxes } from './collapse';
import { toMermaid } from './export/mermaid';
import { toSvg } from './export/svg';
import { defaultGraphState, parseGraphState } from './graphState';
import { entityLinks, nodeEntity } from './nodeEntity';
import { edgeChartSource } from './panel/edgeCharts';
import { panelCharts } from './panel/chartsOfPanel';
import { nextFrame, startReplay } from './replay/frames';
import { buildScene } from './scene';
import { spansOfNode, traceElements } from './trace/traceElements';
import { edgeRate } from './traffic';

const graph = recordedGraph('graph_bookinfo');
const scene = buildScene(graph, { ...defaultGraphState, homeCluster: 'Kubernetes', boxed: true }, new Set());
const node = (find: (item: (typeof graph.nodes)[0]) => boolean) => graph.nodes.find(find) as (typeof graph.nodes)[0];
const reviews = node(({ box, app }) => box === 'app' && app === 'reviews');

describe('a collapsed box', () => {
  const collapsed = collapseBoxes(graph, new Set([reviews.id]));

  it('stands for its members, and keeps the traffic that crosses its border', () => {
    const inside = new Set(graph.nodes.filter(({ parent }) => parent === reviews.id).map(({ id }) => id));
    expect(inside.size).toBeGreaterThan(2);
    expect(collapsed.nodes.some(({ id }) => inside.has(id))).toBe(false);
    expect(collapsed.nodes.find(({ id }) => id === reviews.id)).toMatchObject({ type: 'app', box: null, app: 'reviews' });
    const crossing = (edges: typeof graph.edges, own: ReadonlySet<string>) => edges.filter((edge) => own.has(edge.source) && !own.has(edge.target)).reduce((sum, edge) => sum + edgeRate(edge), 0);
    expect(crossing(collapsed.edges, new Set([reviews.id]))).toBeCloseTo(crossing(graph.edges, inside));
    expect(collapsed.edges.some((edge) => edge.source === edge.target)).toBe(false);
  });

  it('has one edge for parallel ones, with their errors weighed', () => {
    const out = collapsed.edges.filter((edge) => edge.source === reviews.id && edge.protocol === 'http');
    expect(new Set(out.map((edge) => edge.target)).size).toBe(out.length);
    expect(out.every((edge) => (edge.rates.httpPercentErr ?? 0) <= 100)).toBe(true);
  });

  it('that is not there changes nothing', () => expect(collapseBoxes(graph, new Set(['gone']))).toBe(graph));
});

describe('a trace over the graph', () => {
  const trace = decodeTraces(recordedJson('traces_reviews')).traces.find((item) => item.spans.length === 7) as Trace;
  const passed = traceElements(graph, trace);

  it('marks the workloads and services it passed, and the edges between them', () => {
    const names = graph.nodes.filter(({ id }) => passed.has(id)).map((item) => item.workload || item.service);
    expect(names).toEqual(expect.arrayContaining(['productpage-v1', 'reviews-v2', 'ratings-v1', 'reviews', 'ratings', 'details']));
    expect(names).not.toContain('reviews-v3');
    const ends = graph.edges.filter(({ id }) => passed.has(id)).map((edge) => [node(({ id }) => id === edge.source).workload || 'service', node(({ id }) => id === edge.target).service]);
    expect(ends).toContainEqual(['reviews-v2', 'ratings']);
    expect(ends).not.toContainEqual(['reviews-v3', 'ratings']);
  });

  it('has spans on a node', () => {
    expect(spansOfNode(trace, node(({ workload }) => workload === 'reviews-v2')).length).toBeGreaterThan(0);
    expect(spansOfNode(trace, node(({ workload }) => workload === 'reviews-v3'))).toEqual([]);
  });
});

describe('exports', () => {
  it('to Mermaid have boxes, shapes and labels', () => {
    const text = toMermaid(scene);
    expect(text).toMatch(/^flowchart LR\n/);
    expect(text).toMatch(/subgraph n\d+\["reviews"\]/);
    expect(text.match(/-->|==>|-\.->/g)).toHaveLength(graph.edges.length);
    expect(text).not.toMatch(/undefined/);
    const quoted = toMermaid({ nodes: [{ ...scene.nodes[0], id: 'a', parent: null, shape: 'circle', label: 'a "b"\nc' } as (typeof scene.nodes)[0]], edges: [] });
    expect(quoted).toContain('"a #quot;b#quot;<br/>c"');
  });

  it('to SVG draw every node and edge, with text that cannot break out', () => {
    const place = (id: string, i: number) => ({ id, x: 60 * i, y: 40, width: 32, height: 32, color: '#123456' });
    const geometry = {
      nodes: scene.nodes.map(({ id }, i) => place(id, i)),
      edges: scene.edges.map(({ id }) => ({ id, from: { x: 0, y: 0 }, middle: { x: 5, y: 5 }, to: { x: 10, y: 0 }, color: '#654321' })),
      palette: { text: 'black', labelBackground: 'white', boxFill: 'white', boxBorder: 'gray', nodeFill: 'white', background: 'white' } as never,
    };
    const first = { ...scene, nodes: scene.nodes.map((item, i) => (i === scene.nodes.length - 1 ? { ...item, label: '<script>&' } : item)) };
    const svg = toSvg(first, geometry);
    expect(svg.match(/<path /g)).toHaveLength(scene.edges.length);
    expect(svg).toContain('&lt;script&gt;&amp;');
    expect(new DOMParser().parseFromString(svg, 'image/svg+xml').querySelector('parsererror')).toBeNull();
  });
});

describe('replay', () => {
  it('goes in steps of ten seconds to its end', () => {
    const replay = startReplay(60, 1_000_005);
    expect(replay).toEqual({ start: 999_940, window: 60, at: 999_940 });
    expect(nextFrame(replay)?.at).toBe(999_950);
    expect(nextFrame({ ...replay, at: 1_000_000 })).toBeNull();
  });

  it('is none when the URL does not say all, and stays within its window', () => {
    expect(parseGraphState(new URLSearchParams('replayStart=100')).replay).toBeNull();
    expect(parseGraphState(new URLSearchParams('replayStart=100&replayWindow=60&queryTime=5')).replay).toEqual({ start: 100, window: 60, at: 100 });
    expect(parseGraphState(new URLSearchParams('replayStart=100&replayWindow=60&queryTime=999')).replay?.at).toBe(160);
    expect(parseGraphState(new URLSearchParams('traceId=../x')).traceId).toBeNull();
  });
});

describe('the panel', () => {
  it('links to the pages of what a node stands for', () => {
    expect(nodeEntity(node(({ workload }) => workload === 'reviews-v2'))).toEqual({ kind: 'workloads', namespace: 'bookinfo', name: 'reviews-v2' });
    expect(nodeEntity(node(({ isServiceEntry }) => isServiceEntry))).toEqual({ kind: 'services', namespace: 'bookinfo', name: 'www.googleapis.com' });
    expect(nodeEntity(node(({ type }) => type === 'unknown'))).toBeNull();
    expect(entityLinks({ kind: 'services', namespace: 'a', name: 'b' }).map(([tab]) => tab)).toEqual(['info', 'traffic', 'metrics', 'traces']);
  });

  it('asks the side of an edge that knows', () => {
    const [caller, service] = [node(({ workload }) => workload === 'productpage-v1'), node(({ service: name }) => name === 'reviews')];
    expect(edgeChartSource(caller, service)).toEqual({ path: 'api/namespaces/bookinfo/workloads/productpage-v1', direction: 'outbound', partner: { label: 'destination_service_name', value: 'reviews' } });
    expect(edgeChartSource(service, node(({ workload }) => workload === 'reviews-v1'))).toMatchObject({ direction: 'inbound', partner: { label: 'destination_service_name', value: 'reviews' } });
    expect(edgeChartSource(node(({ type }) => type === 'unknown'), node(({ isServiceEntry }) => isServiceEntry))).toMatchObject({ direction: 'inbound' });
  });

  it('draws only the partner of an edge', () => {
    const series = (app: string) => ({ name: 'request_count', labels: { a: app }, datapoints: [[1, '2']] });
    const metrics = decodeMetrics({ request_count: [series('x'), series('y')], request_duration_millis: [{ ...series('x'), stat: '0.5', datapoints: [[1, '250']] }] });
    const [requests, times] = panelCharts(metrics, { label: 'a', value: 'x' }, false);
    expect(requests?.data).toEqual({ times: [1], lines: [{ label: 'Requests', group: '', stat: '', values: [2] }] });
    expect(times).toMatchObject({ unit: 'seconds', data: { lines: [{ label: 'p50', values: [0.25] }] } });
  });
});
