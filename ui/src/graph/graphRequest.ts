import type { QueryValue } from '../api/http';
import { findRequirements } from './find/parse';
import type { GraphState, GraphTarget, TrafficRate } from './graphState';

export interface GraphRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, QueryValue>>;
}

const rateNames: Readonly<Record<TrafficRate, string>> = {
  ambientTotal: 'total',
  ambientWaypoint: 'waypoint',
  ambientZtunnel: 'ztunnel',
  grpcRequest: 'requests',
  grpcReceived: 'received',
  grpcSent: 'sent',
  grpcTotal: 'total',
  httpRequest: 'requests',
  tcpSent: 'sent',
  tcpReceived: 'received',
  tcpTotal: 'total',
};

/** What to ask the server for. `details`: the side panel shows an edge, whose security and timing are wanted too. */
export function graphRequest(
  target: GraphTarget,
  state: GraphState,
  namespaces: readonly string[],
  details: boolean,
  ambientEnabled: boolean,
): GraphRequest {
  return {
    path: graphPath(target),
    query: {
      duration: `${state.duration}s`,
      graphType: effectiveGraphType(target, state),
      includeIdleEdges: state.idleEdges,
      injectServiceNodes: state.serviceNodes || state.graphType === 'service',
      boxBy: boxBy(state),
      appenders: appenders(target, state, details, ambientEnabled),
      ambientTraffic: rateNames[state.traffic.ambient ?? 'ambientTotal'],
      rateGrpc: rateOf(state, 'grpc'),
      rateHttp: rateOf(state, 'http'),
      rateTcp: rateOf(state, 'tcp'),
      responseTime: (state.responseTime ?? 'rt95').replace('rt', ''),
      throughputType: state.throughput === 'throughputResponse' ? 'response' : 'request',
      refreshInterval: state.refresh > 1 && state.replay === null ? state.refresh : -1,
      queryTime: state.replay?.at ?? null,
      waypoints: state.waypoints,
      namespaces: target.kind === 'namespaces' ? namespaces : null,
    },
  };
}

/** A node graph of an application needs an application graph type, that of a workload or service any other. */
export function effectiveGraphType(target: GraphTarget, state: GraphState): GraphState['graphType'] {
  if (target.kind === 'application') return target.version === null && state.graphType === 'app' ? 'app' : 'versionedApp';
  if (target.kind === 'workload') return 'workload';
  return state.graphType;
}

function graphPath(target: GraphTarget): string {
  if (target.kind === 'namespaces') return 'api/namespaces/graph';
  const namespace = `api/namespaces/${encodeURIComponent(target.namespace)}`;
  const name = encodeURIComponent(target.name);
  switch (target.kind) {
    case 'application':
      return target.version === null
        ? `${namespace}/applications/${name}/graph`
        : `${namespace}/applications/${name}/versions/${encodeURIComponent(target.version)}/graph`;
    case 'service':
      return `${namespace}/services/${name}/graph`;
    case 'workload':
      return `${namespace}/workloads/${name}/graph`;
    case 'aggregate':
      return `${namespace}/aggregates/${name}/${encodeURIComponent(target.value)}/graph`;
  }
}

function boxBy(state: GraphState): string[] {
  return [
    ...(state.boxCluster ? ['cluster'] : []),
    ...(state.boxNamespace ? ['namespace'] : []),
    ...(state.graphType === 'app' || state.graphType === 'versionedApp' ? ['app'] : []),
  ];
}

function appenders(target: GraphTarget, state: GraphState, details: boolean, ambientEnabled: boolean): string[] {
  const wanted = findRequirements(state.find, state.hide);
  const aggregate = (state.operationNodes && state.graphType !== 'service') || target.kind === 'aggregate';
  return [
    'deadNode',
    'serviceEntry',
    'meshCheck',
    'workloadEntry',
    'health',
    ...(state.badgeVirtualService || wanted.has('istio') ? ['istio'] : []),
    ...(aggregate ? ['aggregateNode'] : []),
    ...(state.idleNodes && target.kind === 'namespaces' ? ['idleNode'] : []),
    ...(ambientEnabled ? ['ambient'] : []),
    ...(wanted.has('labels') ? ['labeler'] : []),
    ...(state.badgeSecurity || details || wanted.has('security') ? ['securityPolicy'] : []),
    ...(state.responseTime !== null || details || wanted.has('responseTime') ? ['responseTime'] : []),
    ...(state.throughput !== null || details || wanted.has('throughput') ? ['throughput'] : []),
  ];
}

function rateOf(state: GraphState, group: 'grpc' | 'http' | 'tcp'): string {
  const rate = state.traffic[group];
  return rate === undefined ? 'none' : rateNames[rate];
}
