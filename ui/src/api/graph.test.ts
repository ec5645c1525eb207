import { describe, expect, it, vi } from 'vitest';
import { recordedGraph, recordedJson } from '../testGraph';
import { decodeConfig, decodeServerStatus } from './config';
import { decodeGraph } from './graph';
import { decodeNamespaces } from './namespaces';
import { ApiError, getJson, queryString } from './http';

describe('the graph decoder', () => {
  it.each(['graph_all', 'graph_bookinfo', 'graph_app', 'graph_service', 'graph_workload'])('understands the recorded graph %s', (name) => {
    const graph = recordedGraph(name);
    expect(graph.nodes.length).toBeGreaterThan(10);
    expect(graph.edges.length).toBeGreaterThan(5);
    for (const node of graph.nodes) expect(Object.values(node.rates).every(Number.isFinite)).toBe(true);
  });

  it('turns rates into numbers and keeps what the panel shows', () => {
    const graph = recordedGraph('graph_bookinfo');
    const ratings = graph.nodes.find((node) => node.service === 'ratings');
    expect(ratings).toMatchObject({ hasCircuitBreaker: true, hasFaultInjection: true, hasVirtualService: true, rates: { httpIn: 5, httpIn5xx: 0.5, httpOut: 4.5 } });
    expect(ratings?.health).toMatchObject({ status: 'Failure', errorRatio: 10 });
    const failing = graph.edges.find((edge) => edge.rates.httpPercentErr === 20);
    expect(failing).toMatchObject({ protocol: 'http', health: 'Failure', mtls: 100, responseTime: 1, throughput: 433 });
    expect(failing?.responses.find((response) => response.code === '200')?.flags).toEqual([['-', 80]]);
    expect(graph.nodes.find((node) => node.isServiceEntry)?.hosts.serviceEntry).toEqual(['www.googleapis.com']);
  });

  it('drops edges without an end and parents that are not there', () => {
    const graph = decodeGraph({
      graphType: 'app',
      elements: { nodes: [{ data: { id: 'a', nodeType: 'app', parent: 'gone' } }], edges: [{ data: { id: 'e', source: 'a', target: 'gone' } }] },
    });
    expect(graph.nodes[0]?.parent).toBeNull();
    expect(graph.edges).toEqual([]);
  });

  it('takes an empty graph with null lists', () => {
    expect(decodeGraph({ graphType: 'workload', elements: { nodes: null, edges: null } })).toMatchObject({ nodes: [], edges: [] });
  });

  it.each([[null], [{}], [{ elements: {} }], [{ graphType: 'app', elements: { nodes: [{ data: { nodeType: 'app' } }] } }], [{ graphType: 'app', elements: { nodes: [{ data: { id: 'a', nodeType: 'frog' } }] } }]])(
    'refuses %j',
    (json) => expect(() => decodeGraph(json)).toThrow(/expected/),
  );
});

describe('the other decoders', () => {
  it('reads the configuration', () => {
    const config = decodeConfig(recordedJson('config'));
    expect(config).toMatchObject({ homeCluster: 'Kubernetes', scrapeInterval: 5, retention: 1296000, ambientEnabled: false });
    expect(config.findPresets.map((preset) => preset.expression)).toEqual(['rt > 1000', '! healthy', 'name = unknown', 'rank <= 2']);
  });

  it('reads namespaces and status', () => {
    expect(decodeNamespaces(recordedJson('namespaces')).find(({ isControlPlane }) => isControlPlane)?.name).toBe('istio-system');
    expect(decodeServerStatus(recordedJson('status'))).toMatchObject({ version: '', apiVersion: 'v2.30.0', state: 'running' });
  });
});

describe('the API client', () => {
  it('joins lists and keeps empty ones', () => {
    expect(queryString({ namespaces: ['a', 'b'], appenders: [], boxBy: null, idle: false })).toBe('?namespaces=a%2Cb&appenders=&idle=false');
  });

  it('tells the error in the words of the server', async () => {
    const fetched = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('{"error":"Requested namespace [nope] is not accessible.","detail":"x"}', { status: 403 }));
    const error = await getJson('api/namespaces/graph?namespaces=nope', decodeGraph, undefined).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ message: 'Requested namespace [nope] is not accessible.', status: 403, detail: 'x' });
    fetched.mockRejectedValue(new TypeError('Failed to fetch'));
    expect(await getJson('api/status', decodeGraph, undefined).catch((reason: unknown) => reason)).toMatchObject({ status: null });
    fetched.mockRestore();
  });
});
