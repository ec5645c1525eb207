import { describe, expect, it } from 'vitest';
import { decodeGraph, type TrafficGraph } from '../api/graph';
import { recordedGraph } from '../testGraph';
import { completeOperand } from './find/complete';
import { findElements, hideElements, parseQuery } from './filter';
import { byteRate, decimal, duration, percent } from './format';
import { defaultGraphState } from './graphState';
import { nodeGraphPath } from './nodeGraphPath';
import { rankNodes } from './rank';
import { buildScene, type SceneOptions } from './scene';
import { errorPercent, requestRates, sumEdges } from './traffic';

const bookinfo = recordedGraph('graph_bookinfo');
const options: SceneOptions = { ...defaultGraphState, homeCluster: 'Kubernetes', boxed: true };
const nothing = new Set<string>();

describe('the scene of a graph', () => {
  const scene = buildScene(bookinfo, { ...options, responseTime: 'rt95', badgeSecurity: true }, nothing);
  const sceneNode = (find: (node: TrafficGraph['nodes'][number]) => boolean) => {
    const id = bookinfo.nodes.find(find)?.id;
    return scene.nodes.find((node) => node.id === id);
  };

  it('draws services as triangles, versions as squares, service entries as plates', () => {
    expect(sceneNode((node) => node.service === 'ratings')).toMatchObject({ shape: 'triangle', tone: 'failure', label: 'ratings' });
    expect(sceneNode((node) => node.workload === 'reviews-v2')).toMatchObject({ shape: 'square', tone: 'failure', label: 'v2' });
    expect(sceneNode((node) => node.isServiceEntry)).toMatchObject({ shape: 'plate', tone: 'degraded' });
    expect(sceneNode((node) => node.box === 'app' && node.app === 'reviews')).toMatchObject({ shape: 'box', label: 'reviews' });
    expect(sceneNode((node) => node.type === 'unknown')).toMatchObject({ shape: 'circle', icon: 'inaccessible', label: 'unknown' });
  });

  it('places badges where Kiali has them', () => {
    expect(sceneNode((node) => node.service === 'ratings')?.badges).toEqual([
      { icon: 'circuitBreaker', place: 'upperLeft' },
      { icon: 'virtualService', place: 'lowerLeft' },
    ]);
    expect(sceneNode((node) => node.workload === 'legacy-v1')?.badges).toEqual([{ icon: 'outOfMesh', place: 'lowerRight' }]);
  });

  it('colors edges by health, TCP and traffic, and labels them', () => {
    const tones = new Set(scene.edges.map((edge) => edge.tone));
    expect([...tones].sort()).toEqual(['degraded', 'failure', 'healthy', 'tcp']);
    expect(scene.edges.filter((edge) => edge.tone === 'tcp').every((edge) => edge.protocol === 'tcp')).toBe(true);
    const failing = scene.edges.find((edge) => edge.errorPercent === 20);
    expect(failing).toMatchObject({ label: '1ms | 2.5rps\n20%err', locked: true, tone: 'failure' });
  });

  it('names the app and namespace of a version outside of boxes', () => {
    const flat = buildScene(recordedGraph('graph_all'), { ...options, boxed: false }, nothing);
    expect(flat.nodes.every((node) => node.parent === null && node.shape !== 'box')).toBe(true);
    expect(flat.nodes.map((node) => node.label)).toContain('reviews\nv2\n(bookinfo)');
  });

  it('names no namespace where there is only one, whatever comes from nowhere', () => {
    const single = { ...bookinfo, nodes: bookinfo.nodes.filter((node) => node.namespace === 'bookinfo' || node.namespace === 'unknown'), edges: [] };
    expect(single.nodes.some((node) => node.namespace === 'unknown')).toBe(true);
    expect(buildScene(single, { ...options, boxed: false }, nothing).nodes.filter(({ label }) => label.includes('(bookinfo)'))).toEqual([]);
  });
});

describe('finding and hiding', () => {
  const find = (text: string, graph = bookinfo) => findElements(graph, parseQuery(text).expression, rankNodes(graph, ['inboundEdges']));

  it('finds in the recorded graph', () => {
    expect(find('http = 2.5').size).toBeGreaterThan(0);
    expect(find('%httperr >= 20').size).toBe(1);
    expect(find('has vs').size).toBe(5);
    expect(find('rank = 1').size).toBeGreaterThan(0);
  });

  it('hides nodes with their edges, and empty boxes with them', () => {
    const left = hideElements(bookinfo, find('app = mongodb'), 'all');
    expect(left.nodes.some((node) => node.app === 'mongodb')).toBe(false);
    expect(left.edges.some((edge) => edge.protocol === 'tcp')).toBe(false);
  });

  it('hides nodes that lose their last edge but keeps idle ones', () => {
    const left = hideElements(bookinfo, find('protocol = tcp'), 'all');
    expect(left.nodes.some((node) => node.service === 'mongodb')).toBe(false);
    expect(left.nodes.some((node) => node.service === 'idle-svc')).toBe(true);
  });

  it('hides healthy edges, also those that the server calls healthy', () => {
    const left = hideElements(bookinfo, nothing, 'unhealthy');
    expect(left.edges.length).toBeGreaterThan(0);
    expect(left.edges.every((edge) => edge.health === 'Degraded' || edge.health === 'Failure')).toBe(true);
    expect(hideElements(bookinfo, nothing, 'none').edges).toEqual([]);
  });

  it('says why an expression is refused', () => {
    expect(parseQuery('frog')).toEqual({ expression: null, error: 'Invalid operand [frog]' });
    expect(parseQuery('  ')).toEqual({ expression: null, error: null });
  });

  it.each([
    ['htt', 'http'],
    ['app = x and prot', 'app = x and protocol'],
    ['! heal', '! healthy'],
    ['%httpe', '%httperror'],
    ['lab', 'label:'],
    ['xyz', null],
    ['http', null],
    ['', null],
  ])('completes %s', (text, expected) => expect(completeOperand(text)).toBe(expected));
});

describe('numbers', () => {
  it('reads well', () => {
    expect([decimal(12.5), decimal(3), decimal(0.004), decimal(0), decimal(1234.567)]).toEqual(['12.5', '3', '0.004', '0', '1234.57']);
    expect([percent(5.44), percent(99.8), percent(100), percent(0)]).toEqual(['5.4%', '99.8%', '100%', '0%']);
    expect([byteRate(500), byteRate(2048), byteRate(3 * 1024 * 1024)]).toEqual(['500bps', '2kps', '3Mps']);
    expect([duration(12.4), duration(1500)]).toEqual(['12ms', '1.5s']);
  });

  it('sums rates and error shares', () => {
    const rates = requestRates({ http: 10, http3xx: 1, http4xx: 1, http5xx: 2, httpNoResponse: 1 }, 'http');
    expect(rates).toMatchObject({ total: 10, ok: 5, redirect: 1, serverError: 2 });
    expect(errorPercent(rates)).toBe(40);
    expect(sumEdges(bookinfo.edges).tcp).toBeGreaterThan(2000);
  });
});

describe('ranks', () => {
  const edge = (source: string, target: string) => ({ data: { id: `${source}${target}`, source, target } });
  const graph = decodeGraph({
    graphType: 'app',
    elements: { nodes: ['a', 'b', 'c'].map((id) => ({ data: { id, nodeType: 'app' } })), edges: [edge('a', 'b'), edge('c', 'b'), edge('a', 'c')] },
  });

  it('counts inbound or outbound edges; a node without any has no rank', () => {
    expect([...rankNodes(graph, ['inboundEdges'])].sort()).toEqual([['b', 1], ['c', 2]]);
    expect(rankNodes(graph, ['outboundEdges']).get('a')).toBe(1);
    expect(rankNodes(graph, []).size).toBe(0);
  });
});

describe('the path of a node graph', () => {
  const path = (find: (node: TrafficGraph['nodes'][number]) => boolean) => {
    const node = bookinfo.nodes.find(find);
    return node && nodeGraphPath(node, 'versionedApp');
  };

  it('follows the kind of node', () => {
    expect(path((node) => node.service === 'ratings')).toBe('/graph/node/namespaces/bookinfo/services/ratings');
    expect(path((node) => node.workload === 'reviews-v2')).toBe('/graph/node/namespaces/bookinfo/applications/reviews/versions/v2');
    expect(path((node) => node.type === 'unknown')).toBeNull();
    expect(path((node) => node.box === 'app')).toBeNull();
  });
});
