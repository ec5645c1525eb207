import { graphTypes, type GraphType } from '../api/graph';
import { defaults, standardDefaults } from '../settings/defaults';
import { parseDuration, parseRefresh } from '../time/parse';

/** What the graph is about: whole namespaces, or one node and its neighbours. */
export type GraphTarget =
  | { readonly kind: 'namespaces' }
  | { readonly kind: 'application'; readonly namespace: string; readonly name: string; readonly version: string | null }
  | { readonly kind: 'service' | 'workload'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'aggregate'; readonly namespace: string; readonly name: string; readonly value: string };

export const responseTimes = ['avg', 'rt50', 'rt95', 'rt99'] as const;
export type ResponseTime = (typeof responseTimes)[number];
export const throughputs = ['throughputRequest', 'throughputResponse'] as const;
export type Throughput = (typeof throughputs)[number];
export const layoutNames = ['kiali-elk', 'kiali-dagre', 'kiali-fcose', 'kiali-grid', 'kiali-concentric', 'kiali-breadth-first'] as const;
export type LayoutName = (typeof layoutNames)[number];
export const edgeModes = ['all', 'unhealthy', 'none'] as const;
export type EdgeMode = (typeof edgeModes)[number];
export const rankCriteria = ['inboundEdges', 'outboundEdges'] as const;
export type RankCriterion = (typeof rankCriteria)[number];

export const trafficRates = {
  ambient: ['ambientTotal', 'ambientWaypoint', 'ambientZtunnel'],
  grpc: ['grpcRequest', 'grpcReceived', 'grpcSent', 'grpcTotal'],
  http: ['httpRequest'],
  tcp: ['tcpSent', 'tcpReceived', 'tcpTotal'],
} as const;
export type TrafficGroup = keyof typeof trafficRates;
export type TrafficRate = (typeof trafficRates)[TrafficGroup][number];

/** All of the graph page that a pasted link must bring back. Parsed from the URL, never kept anywhere else. */
export interface GraphState {
  /** `null`: the URL does not say, the page chooses. */
  readonly namespaces: readonly string[] | null;
  readonly graphType: GraphType;
  readonly duration: number;
  readonly refresh: number;
  readonly layout: LayoutName;
  readonly edgeMode: EdgeMode;
  readonly responseTime: ResponseTime | null;
  readonly throughput: Throughput | null;
  readonly trafficDistribution: boolean;
  readonly trafficRate: boolean;
  readonly traffic: Readonly<Partial<Record<TrafficGroup, TrafficRate>>>;
  readonly boxCluster: boolean;
  readonly boxNamespace: boolean;
  readonly idleEdges: boolean;
  readonly idleNodes: boolean;
  readonly operationNodes: boolean;
  readonly rank: boolean;
  readonly rankBy: readonly RankCriterion[];
  readonly serviceNodes: boolean;
  readonly animation: boolean;
  readonly waypoints: boolean;
  readonly badgeSecurity: boolean;
  readonly badgeSidecar: boolean;
  readonly badgeVirtualService: boolean;
  readonly find: string;
  readonly hide: string;
  readonly selection: string | null;
  readonly panel: boolean;
  readonly legend: boolean;
  /** The trace that is laid over the graph. */
  readonly traceId: string | null;
  /** Boxes that are drawn as one node, by id. */
  readonly collapsed: readonly string[];
  /** The graph of the past is shown; `at` is the end of its window, in seconds since 1970. */
  readonly replay: Replay | null;
}

/** A stretch of the past, in seconds since 1970 and seconds, and the moment of it that is shown. */
export interface Replay {
  readonly start: number;
  readonly window: number;
  readonly at: number;
}

export const defaultGraphState: GraphState = {
  namespaces: null,
  graphType: 'versionedApp',
  duration: standardDefaults.duration,
  refresh: standardDefaults.refresh,
  layout: 'kiali-elk',
  edgeMode: 'all',
  responseTime: null,
  throughput: null,
  trafficDistribution: false,
  trafficRate: true,
  traffic: standardDefaults.traffic,
  boxCluster: true,
  boxNamespace: true,
  idleEdges: false,
  idleNodes: false,
  operationNodes: false,
  rank: false,
  rankBy: ['inboundEdges'],
  serviceNodes: true,
  animation: true,
  waypoints: false,
  badgeSecurity: false,
  badgeSidecar: true,
  badgeVirtualService: true,
  find: '',
  hide: '',
  selection: null,
  panel: true,
  legend: false,
  traceId: null,
  collapsed: [],
  replay: null,
};

/** The defaults of this server. */
export function graphDefaults(): GraphState {
  const { duration, refresh, traffic } = defaults();
  return { ...defaultGraphState, duration, refresh, traffic };
}

const booleans = {
  boxCluster: 'boxCluster',
  boxNamespace: 'boxNamespace',
  idleEdges: 'idleEdges',
  idleNodes: 'idleNodes',
  operationNodes: 'operationNodes',
  rank: 'rank',
  serviceNodes: 'injectServiceNodes',
  animation: 'animation',
  waypoints: 'waypoints',
  badgeSecurity: 'badgeSecurity',
  badgeSidecar: 'badgeSidecar',
  badgeVirtualService: 'badgeVS',
  panel: 'summary',
  legend: 'legend',
} as const satisfies Partial<Record<keyof GraphState, string>>;

/** Reads Kiali's query parameters; what is absent or not understood takes its default. */
export function parseGraphState(params: URLSearchParams): GraphState {
  const flags = Object.fromEntries(
    Object.entries(booleans).map(([key, name]) => [key, flag(params.get(name), defaultGraphState[key as keyof typeof booleans])]),
  ) as Record<keyof typeof booleans, boolean>;
  return {
    ...defaultGraphState,
    ...flags,
    ...parseEdgeLabels(params.get('edges')),
    namespaces: list(params.get('namespaces')),
    graphType: pick(params.get('graphType'), graphTypes, defaultGraphState.graphType),
    duration: parseDuration(params.get('duration')),
    refresh: parseRefresh(params.get('refresh')),
    layout: pick(params.get('layout'), layoutNames, defaultGraphState.layout),
    edgeMode: pick(params.get('edgeMode'), edgeModes, 'all'),
    traffic: parseTraffic(params.get('traffic')),
    rankBy: list(params.get('rankBy'))?.filter(isOneOf(rankCriteria)) ?? defaultGraphState.rankBy,
    find: params.get('graphFind') ?? '',
    hide: params.get('graphHide') ?? '',
    selection: params.get('focusSelector') || null,
    traceId: traceIdOf(params.get('traceId')),
    collapsed: list(params.get('collapsed')) ?? [],
    replay: parseReplay(params),
  };
}

/** The query parameters of a state; defaults are left out. Parameters that are not the graph's are kept. */
export function writeGraphState(state: GraphState, current: URLSearchParams): URLSearchParams {
  const params = new URLSearchParams(current);
  const set = (name: string, value: string, standard: string) => {
    if (value === standard) params.delete(name);
    else params.set(name, value);
  };
  const d = graphDefaults();
  if (state.namespaces === null) params.delete('namespaces');
  else params.set('namespaces', state.namespaces.join(','));
  set('graphType', state.graphType, d.graphType);
  set('duration', String(state.duration), String(d.duration));
  set('refresh', String(state.refresh), String(d.refresh));
  set('layout', state.layout, d.layout);
  set('edgeMode', state.edgeMode, d.edgeMode);
  set('edges', edgeTokens(state).join(','), edgeTokens(d).join(','));
  set('traffic', trafficTokens(state.traffic), trafficTokens(d.traffic));
  set('rankBy', state.rankBy.join(','), d.rankBy.join(','));
  set('graphFind', state.find, '');
  set('graphHide', state.hide, '');
  set('focusSelector', state.selection ?? '', '');
  set('traceId', state.traceId ?? '', '');
  set('collapsed', state.collapsed.join(','), '');
  set('replayStart', String(state.replay?.start ?? ''), '');
  set('replayWindow', String(state.replay?.window ?? ''), '');
  set('queryTime', String(state.replay?.at ?? ''), '');
  for (const [key, name] of Object.entries(booleans)) {
    set(name, String(state[key as keyof typeof booleans]), String(d[key as keyof typeof booleans]));
  }
  return params;
}

/** What is no trace id cannot be asked for. */
function traceIdOf(value: string | null): string | null {
  return value !== null && /^[0-9a-fA-F]{1,32}$/.test(value) ? value : null;
}

function parseReplay(params: URLSearchParams): Replay | null {
  const [start, window, at] = ['replayStart', 'replayWindow', 'queryTime'].map((name) => Number(params.get(name) ?? Number.NaN));
  if (start === undefined || window === undefined || !Number.isInteger(start) || !Number.isInteger(window) || start <= 0 || window <= 0) return null;
  const moment = at !== undefined && Number.isInteger(at) ? at : start;
  return { start, window, at: Math.min(start + window, Math.max(start, moment)) };
}

function parseEdgeLabels(value: string | null): Pick<GraphState, 'responseTime' | 'throughput' | 'trafficDistribution' | 'trafficRate'> {
  const { responseTime, throughput, trafficDistribution, trafficRate } = defaultGraphState;
  const tokens = list(value);
  if (tokens === null) return { responseTime, throughput, trafficDistribution, trafficRate };
  return {
    responseTime: tokens.find(isOneOf(responseTimes)) ?? (tokens.includes('responseTime') ? 'rt95' : null),
    throughput: tokens.find(isOneOf(throughputs)) ?? (tokens.includes('throughput') ? 'throughputRequest' : null),
    trafficDistribution: tokens.includes('trafficDistribution'),
    trafficRate: tokens.includes('trafficRate'),
  };
}

function edgeTokens(state: GraphState): string[] {
  return [
    ...(state.responseTime === null ? [] : ['responseTime', state.responseTime]),
    ...(state.throughput === null ? [] : ['throughput', state.throughput]),
    ...(state.trafficDistribution ? ['trafficDistribution'] : []),
    ...(state.trafficRate ? ['trafficRate'] : []),
  ];
}

function parseTraffic(value: string | null): GraphState['traffic'] {
  const tokens = list(value);
  if (tokens === null) return defaults().traffic;
  const traffic: Partial<Record<TrafficGroup, TrafficRate>> = {};
  for (const group of Object.keys(trafficRates) as TrafficGroup[]) {
    const rate = tokens.find(isOneOf(trafficRates[group]));
    if (rate) traffic[group] = rate;
    else if (tokens.includes(group)) traffic[group] = trafficRates[group][0];
  }
  return traffic;
}

function trafficTokens(traffic: GraphState['traffic']): string {
  return (Object.keys(trafficRates) as TrafficGroup[])
    .flatMap((group) => (traffic[group] === undefined ? [] : [group, traffic[group]]))
    .join(',');
}

function list(value: string | null): string[] | null {
  return value === null ? null : value.split(',').filter((item) => item !== '');
}

function flag(value: string | null, standard: boolean): boolean {
  return value === 'true' ? true : value === 'false' ? false : standard;
}

function pick<T extends string>(value: string | null, allowed: readonly T[], standard: T): T {
  return allowed.find((item) => item === value) ?? standard;
}

function isOneOf<T extends string>(allowed: readonly T[]): (value: string) => value is T {
  return (value): value is T => (allowed as readonly string[]).includes(value);
}
