import { describe, expect, it } from 'vitest';
import { queryString } from '../api/http';
import { applicationNamespaces } from '../namespaces/useNamespaces';
import { parseDuration, parseRefresh } from '../time/parse';
import { offeredDurations, shortDuration } from '../time/time';
import { graphRequest } from './graphRequest';
import { defaultGraphState, parseGraphState, writeGraphState, type GraphState } from './graphState';

const parse = (text: string) => parseGraphState(new URLSearchParams(text));
const write = (state: GraphState, current = '') => writeGraphState(state, new URLSearchParams(current)).toString();

describe('the URL of the graph page', () => {
  it('is empty for the defaults', () => {
    expect(parse('')).toEqual(defaultGraphState);
    expect(write(defaultGraphState)).toBe('');
  });

  it('brings back every control', () => {
    const state: GraphState = {
      namespaces: ['a', 'b'],
      graphType: 'workload',
      duration: 600,
      refresh: 0,
      layout: 'kiali-dagre',
      edgeMode: 'unhealthy',
      responseTime: 'rt99',
      throughput: 'throughputResponse',
      trafficDistribution: true,
      trafficRate: false,
      traffic: { http: 'httpRequest', tcp: 'tcpTotal' },
      boxCluster: false,
      boxNamespace: false,
      idleEdges: true,
      idleNodes: true,
      operationNodes: true,
      rank: true,
      rankBy: ['outboundEdges'],
      serviceNodes: false,
      animation: false,
      waypoints: true,
      badgeSecurity: true,
      badgeSidecar: false,
      badgeVirtualService: false,
      find: 'http > 5 and %httperr > 1',
      hide: 'app = "x y"',
      selection: 'abc',
      panel: false,
      legend: true,
      traceId: 'c0ffee',
      collapsed: ['a', 'b'],
      replay: { start: 1000, window: 300, at: 1100 },
    };
    expect(parse(write(state))).toEqual(state);
  });

  it('tells no namespaces from not said', () => {
    expect(parse('').namespaces).toBeNull();
    expect(parse('namespaces=').namespaces).toEqual([]);
    expect(write({ ...defaultGraphState, namespaces: [] })).toBe('namespaces=');
  });

  it('keeps parameters of others and takes defaults for rubbish', () => {
    expect(write(defaultGraphState, 'kiosk=true&graphType=app')).toBe('kiosk=true');
    expect(parse('graphType=frog&duration=-5&refresh=7&layout=x&boxCluster=maybe&traffic=frog')).toEqual({ ...defaultGraphState, traffic: {} });
  });

  it('understands the group tokens that Kiali writes', () => {
    expect(parse('edges=responseTime,rt50,trafficRate')).toMatchObject({ responseTime: 'rt50', throughput: null, trafficRate: true });
    expect(parse('edges=noEdgeLabels')).toMatchObject({ responseTime: null, trafficRate: false });
    expect(parse('traffic=grpc,http,httpRequest')).toMatchObject({ traffic: { grpc: 'grpcRequest', http: 'httpRequest' } });
  });
});

describe('the request for the graph', () => {
  const request = (state: Partial<GraphState>, details = false) =>
    graphRequest({ kind: 'namespaces' }, { ...defaultGraphState, ...state }, ['a', 'b'], details, false).query;

  it('asks as Kiali does by default', () => {
    expect(queryString(request({}))).toBe(
      '?duration=60s&graphType=versionedApp&includeIdleEdges=false&injectServiceNodes=true&boxBy=cluster%2Cnamespace%2Capp' +
        '&appenders=deadNode%2CserviceEntry%2CmeshCheck%2CworkloadEntry%2Chealth%2Cistio&ambientTraffic=total&rateGrpc=requests&rateHttp=requests&rateTcp=sent' +
        '&responseTime=95&throughputType=request&refreshInterval=10000&waypoints=false&namespaces=a%2Cb',
    );
  });

  it('adds appenders for labels, badges, finds and a selected edge', () => {
    expect(request({ badgeSecurity: true, idleNodes: true, responseTime: 'avg' })).toMatchObject({
      responseTime: 'avg',
      appenders: expect.arrayContaining(['securityPolicy', 'idleNode', 'responseTime']) as unknown,
    });
    expect(request({ find: 'label:team = x or throughput > 5' }).appenders).toEqual(expect.arrayContaining(['labeler', 'throughput']));
    expect(request({}, true).appenders).toEqual(expect.arrayContaining(['securityPolicy', 'responseTime', 'throughput']));
  });

  it('leaves out rates of protocols that are off, and caches nothing when paused', () => {
    expect(request({ traffic: { http: 'httpRequest' }, refresh: 0 })).toMatchObject({ rateGrpc: 'none', rateTcp: 'none', rateHttp: 'requests', refreshInterval: -1 });
  });

  it('knows the paths of the node graphs', () => {
    const path = (target: Parameters<typeof graphRequest>[0], state = defaultGraphState) => graphRequest(target, state, [], false, false);
    expect(path({ kind: 'application', namespace: 'n', name: 'a', version: 'v1' }).path).toBe('api/namespaces/n/applications/a/versions/v1/graph');
    expect(path({ kind: 'workload', namespace: 'n', name: 'w' })).toMatchObject({ path: 'api/namespaces/n/workloads/w/graph', query: { graphType: 'workload', namespaces: null } });
    expect(path({ kind: 'aggregate', namespace: 'n', name: 'op', value: 'GET /x' }).path).toBe('api/namespaces/n/aggregates/op/GET%20%2Fx/graph');
    expect(path({ kind: 'application', namespace: 'n', name: 'a', version: null }, { ...defaultGraphState, graphType: 'workload' }).query.graphType).toBe('versionedApp');
  });
});

describe('time', () => {
  it('reads durations and intervals', () => {
    expect([parseDuration('300'), parseDuration('x'), parseDuration(null)]).toEqual([300, 60, 60]);
    expect([parseRefresh('0'), parseRefresh('1'), parseRefresh('30000'), parseRefresh('31')]).toEqual([0, 1, 30000, 10000]);
    expect([30, 60, 90, 3600, 86400].map(shortDuration)).toEqual(['30s', '1m', '90s', '1h', '1d']);
    expect(offeredDurations(600, 45)).toEqual([120, 300, 600]);
  });
});

describe('the namespaces chosen at first', () => {
  it('are those of applications', () => {
    const namespace = (name: string, isControlPlane = false) => ({ name, isControlPlane, cluster: '', isAmbient: false, labels: {}, annotations: {}, revision: '' });
    expect(applicationNamespaces([namespace('bookinfo'), namespace('istio-system'), namespace('mesh', true), namespace('kube-public'), namespace('default')])).toEqual(['bookinfo', 'default']);
  });
});
