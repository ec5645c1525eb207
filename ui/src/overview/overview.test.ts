import { describe, expect, it } from 'vitest';
import { decodeMesh } from '../api/mesh';
import { decodeApplicationRates, decodeControlPlanes, decodeInsights } from '../api/overview';
import { hideFromMesh, queryMesh } from '../mesh/meshFind';
import { meshScene } from '../mesh/meshScene';
import { namespaceMode } from '../namespaces/namespaceRows';
import { recordedJson } from '../testGraph';
import { parseDurationText, parseTags } from '../traces/searchForm';
import { sumSeries, timesOf } from './NamespaceCard';

describe('the recorded overview', () => {
  it('is understood', () => {
    expect(decodeApplicationRates(recordedJson('app_rates')).find(({ name }) => name === 'productpage')).toMatchObject({ namespace: 'bookinfo', health: 'Failure', inbound: 12, outbound: 25.2 });
    expect(decodeInsights('rates', recordedJson('insights_rates'))[0]).toMatchObject({ name: 'httpbin.org', value: 20, requestRate: 1 });
    expect(decodeInsights('latency', recordedJson('insights_latency'))[0]).toMatchObject({ name: 'ratings', value: 720.842 });
    expect(decodeControlPlanes(recordedJson('controlplanes'))[0]).toMatchObject({ name: 'istiod', version: '1.30.1', revision: 'default', status: 'Healthy', cluster: 'Kubernetes' });
  });

  it('adds the series of a namespace up, errors at the times of requests', () => {
    const series = (points: [number, number][]) => ({ name: 'request_count', stat: '', labels: {}, points });
    const requests = [series([[2, 10]]), series([[1, 1], [2, 2], [3, 3]])];
    expect(timesOf(requests)).toEqual([1, 2, 3]);
    expect(timesOf(undefined)).toEqual([]);
    expect(sumSeries(requests, [1, 2, 3])).toEqual([1, 12, 3]);
    expect(sumSeries([series([[2, 1]])], [1, 2, 3])).toEqual([0, 1, 0]);
    expect(sumSeries(undefined, [1, 2])).toEqual([0, 0]);
  });

  it.each([
    [{ 'istio-injection': 'enabled' }, 'sidecar'], [{ 'istio.io/rev': 'canary' }, 'sidecar'], [{ 'istio-injection': 'disabled', 'istio.io/rev': 'x' }, 'none'], [{ 'istio.io/dataplane-mode': 'ambient' }, 'ambient'], [{}, 'none'],
  ] as const)('labels %j mean %s', (labels, mode) => expect(namespaceMode({ labels: labels as Record<string, string>, isAmbient: false })).toBe(mode));
});

describe('the recorded mesh', () => {
  const mesh = decodeMesh(recordedJson('mesh'));

  it('is drawn with boxes and health', () => {
    const scene = meshScene(mesh);
    expect(mesh.names).toEqual(['cluster.local']);
    expect(scene.nodes.find(({ title }) => title === 'Control plane istiod')).toMatchObject({ shape: 'square', tone: 'healthy', label: 'istiod\n1.30.1' });
    expect(scene.nodes.filter(({ shape }) => shape === 'box').map(({ label }) => label)).toEqual(['Kubernetes', 'External Deployments', 'istio-system']);
    expect(scene.edges).toHaveLength(4);
  });

  it('is searched in the language of the traffic graph', () => {
    const names = (text: string) => mesh.nodes.filter(({ id }) => queryMesh(mesh, text).ids.has(id)).map(({ name }) => name);
    expect(names('type = istiod')).toEqual(['istiod']);
    expect(names('namespace = istio-system and not (name *= istiod)')).toEqual(names('ns = istio-system').filter((name) => name !== 'istiod'));
    expect(queryMesh(mesh, 'rt > 5').error).toBe('Invalid operand [rt]');
    expect(queryMesh(mesh, ' ')).toMatchObject({ error: null, count: null });
  });

  it('leaves out what is hidden, with the boxes that are empty then', () => {
    const rest = hideFromMesh(mesh, queryMesh(mesh, 'cluster != Kubernetes').ids);
    const scene = meshScene(rest);
    expect(scene.nodes.map(({ label }) => label)).not.toContain('External Deployments');
    expect(scene.nodes.map(({ id }) => id)).toEqual(expect.arrayContaining(scene.edges.flatMap(({ source, target }) => [source, target])));
    expect(scene.nodes.length).toBeGreaterThan(3);
  });

  it('drops edges without an end, parents that are not there, and empty boxes', () => {
    const odd = decodeMesh({ elements: { nodes: [{ data: { id: 'a', parent: 'gone', infraName: 'x', healthData: 'Unreachable' } }, { data: { id: 'b', isBox: 'cluster' } }], edges: [{ data: { id: 'e', source: 'a', target: 'z' } }] } });
    expect(odd.edges).toEqual([]);
    expect(meshScene(odd).nodes).toMatchObject([{ id: 'a', parent: null, tone: 'failure' }]);
    expect(() => decodeMesh({})).toThrow(/mesh.elements: expected an object/);
  });
});

describe('the search for traces', () => {
  it('takes tags and durations, and says what is none', () => {
    expect(parseTags(' http.status_code=503 a="b" ')).toEqual({ 'http.status_code': '503', a: 'b' });
    expect(parseTags('')).toEqual({});
    expect(parseTags('nonsense')).toBeNull();
    expect(parseDurationText('100ms')).toBe(100_000);
    expect(parseDurationText('1.5s')).toBe(1_500_000);
    expect(parseDurationText('')).toBeNull();
    expect(parseDurationText('fast')).toBeUndefined();
  });
});
