import { describe, expect, it } from 'vitest';
import { decodeApplication, decodeService, decodeWorkload } from '../api/details';
import { recordedGraph, recordedJson } from '../testGraph';
import { withContext } from '../shell/ContextLink';
import { parseTime, writeTime } from '../time/useTime';
import { ago, localInput } from '../time/time';
import { podProblems } from './PodTable';
import { tabsOf } from './tabs';
import { apiPath, graphPath } from './target';
import { trafficRows } from './trafficRows';

const workload = decodeWorkload(recordedJson('workload_reviews-v3'));
const service = decodeService(recordedJson('service_reviews'));

describe('the recorded details', () => {
  it('are understood', () => {
    expect(decodeApplication(recordedJson('app_reviews'))).toMatchObject({ namespace: 'bookinfo', services: ['reviews'], dashboards: [{ template: 'quarkus', title: 'Quarkus Metrics' }] });
    expect(workload).toMatchObject({ type: 'Deployment', apiVersion: 'apps/v1', services: ['reviews'], replicas: { desired: 1, available: 1 } });
    expect(workload.pods[0]).toMatchObject({ status: 'Running', containers: [{ name: 'reviews' }], istioContainers: [{ name: 'istio-proxy' }], proxyStatus: null });
    expect(service).toMatchObject({ type: 'ClusterIP', ips: ['10.96.107.13'], selector: { app: 'reviews' } });
    expect(service.objects.map(({ kind, name }) => `${kind} ${name}`)).toContain('DestinationRule reviews');
    expect(service.objects.find(({ kind }) => kind === 'DestinationRule')?.validation?.checks[0]?.code).toBe('KIA0203');
    expect(service.endpoints).toHaveLength(4);
    expect(() => decodeWorkload({})).toThrow(/workload.name: expected a string/);
  });

  it('tell what is wrong with a pod', () => {
    const pod = workload.pods[0] as NonNullable<(typeof workload.pods)[0]>;
    expect(podProblems(pod)).toEqual([]);
    expect(podProblems({ ...pod, status: 'Pending', statusReason: 'Unschedulable', containers: [{ name: 'app', image: '', isReady: false, isProxy: false }] })).toHaveLength(2);
  });

  it('lacks a sidecar or a label only where one is to be expected', () => {
    const pod = { ...workload.pods[0]!, istioContainers: [], hasVersionLabel: false };
    expect(podProblems(pod)).toEqual([]);
    expect(podProblems(pod, { sidecar: true, labels: true })).toEqual(['The pod has no sidecar', 'The pod has no label version']);
  });
});

describe('tabs', () => {
  it('follow the kind, the proxy and the runtime', () => {
    expect(tabsOf('services', null).map(({ id }) => id)).toEqual(['info', 'traffic', 'metrics', 'traces']);
    expect(tabsOf('workloads', workload).map(({ id }) => id)).toEqual(['info', 'logs', 'traffic', 'in_metrics', 'out_metrics', 'traces', 'envoy', 'cd-quarkus']);
    expect(tabsOf('workloads', { ...workload, pods: [], dashboards: [] }).map(({ id }) => id)).not.toContain('envoy');
  });
});

describe('traffic', () => {
  it('is what enters and leaves, the most first', () => {
    const rows = trafficRows(recordedGraph('node_reviews-v3'), { kind: 'workloads', namespace: 'bookinfo', name: 'reviews-v3' });
    expect(rows.map(({ direction, node, rate, success }) => [direction, node.service, rate, success])).toEqual([
      ['outbound', 'ratings', 2.5, 100],
      ['inbound', 'reviews', 2.5, 96],
    ]);
  });
});

describe('addresses', () => {
  const entity = { kind: 'applications', namespace: 'a b', name: 'c' } as const;

  it('are those of the API and of the graph', () => {
    expect(apiPath(entity)).toBe('api/namespaces/a%20b/apps/c');
    expect(graphPath({ ...entity, kind: 'workloads' })).toBe('/graph/node/namespaces/a%20b/workloads/c?graphType=workload');
  });

  it('keep the context of the user, but what they say themselves wins', () => {
    expect(withContext('/istio?namespaces=x', '?namespaces=a&duration=600&sort=name&kiosk=true')).toBe('/istio?namespaces=x&duration=600&kiosk=true');
    expect(withContext('/mesh', '')).toBe('/mesh');
  });
});

describe('time', () => {
  it('comes from the URL; a range wins over a duration', () => {
    expect(parseTime(new URLSearchParams('duration=600&refresh=0'))).toEqual({ duration: 600, refresh: 0, range: null });
    expect(parseTime(new URLSearchParams('duration=600&from=1000&to=61000'))).toMatchObject({ duration: 60, range: { from: 1000, to: 61_000 } });
    expect(parseTime(new URLSearchParams('from=5&to=1')).range).toBeNull();
  });

  it('is written without defaults, and a duration ends a range', () => {
    expect(writeTime({ duration: 60 }, new URLSearchParams('duration=600&from=1&to=2&tab=x')).toString()).toBe('tab=x');
    expect(writeTime({ range: { from: 1, to: 2 } }, new URLSearchParams()).toString()).toBe('from=1&to=2');
    expect(writeTime({ range: null }, new URLSearchParams('from=1&to=2')).toString()).toBe('');
  });

  it('reads well', () => {
    expect(ago(0, 150_000)).toBe('2 minutes ago');
    expect(ago(0, 90_000_000)).toBe('yesterday');
    expect(new Date(localInput(1_700_000_000_000)).getTime()).toBe(1_700_000_000_000);
  });
});
