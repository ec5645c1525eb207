import { useEffect, useMemo, useState } from 'react';
import type { GraphEdge, GraphNode } from '../api/graph';
import { applicationNamespaces, useNamespaces } from '../namespaces/useNamespaces';
import { useConfig } from '../shell/useConfig';
import { layoutKeepsBoxes } from './canvas/layoutTypes';
import { findElements, hideElements, parseQuery } from './filter';
import { graphRequest } from './graphRequest';
import type { GraphState, GraphTarget } from './graphState';
import { rankNodes } from './rank';
import { buildScene } from './scene';
import { useGraphData } from './useGraphData';
import { refreshPaused } from '../time/time';
import { collapseBoxes } from './collapse';
import { traceElements } from './trace/traceElements';
import { useGraphTrace } from './trace/useGraphTrace';

export type GraphModel = ReturnType<typeof useGraphModel>;

const nothing: ReadonlySet<string> = new Set();
const noRanks: ReadonlyMap<string, number> = new Map();

/** All that the page shows, out of its state: the namespaces, the answer of the server, and what find and hide make of it. */
export function useGraphModel(state: GraphState, target: GraphTarget) {
  const config = useConfig();
  const namespaces = useNamespaces();
  const selected = useSelectedNamespaces(state, target, namespaces.data);
  const [detailedEdge, setDetailedEdge] = useState<string | null>(null);
  const wantsDetails = detailedEdge !== null && detailedEdge === state.selection;
  const ambientEnabled = config?.ambientEnabled ?? false;
  const request = useMemo(
    () => (selected === null || selected.length === 0 ? null : graphRequest(target, state, selected, wantsDetails, ambientEnabled)),
    [target, state, selected, wantsDetails, ambientEnabled],
  );
  const query = useGraphData(request, state.replay === null ? state.refresh : refreshPaused);
  const answered = request === null ? undefined : query.data;
  const collapsedKey = state.collapsed.join();
  const graph = useMemo(() => answered && collapseBoxes(answered, new Set(state.collapsed)), [answered, collapsedKey]);

  const selectedNode: GraphNode | undefined = state.selection === null ? undefined : graph?.nodes.find((node) => node.id === state.selection);
  const selectedEdge: GraphEdge | undefined = state.selection === null ? undefined : graph?.edges.find((edge) => edge.id === state.selection);
  // An id is known to be an edge's only once its graph is there; then the next request asks for its security and timing. What was an edge once stays asked
  // for: the answer with details may be the later one, which the edge is no longer in.
  const seenEdge = selectedEdge?.id;
  useEffect(() => {
    if (seenEdge !== undefined) setDetailedEdge(seenEdge);
  }, [seenEdge]);

  const find = useMemo(() => parseQuery(state.find), [state.find]);
  const hide = useMemo(() => parseQuery(state.hide), [state.hide]);
  const rankBy = state.rankBy.join();
  const ranks = useMemo(() => (graph ? rankNodes(graph, state.rankBy) : noRanks), [graph, rankBy]);
  const hidden = useMemo(() => (graph ? findElements(graph, hide.expression, ranks) : nothing), [graph, hide, ranks]);
  const shown = useMemo(() => graph && hideElements(graph, hidden, state.edgeMode), [graph, hidden, state.edgeMode]);
  const found = useMemo(() => (shown ? findElements(shown, find.expression, ranks) : nothing), [shown, find, ranks]);
  const trace = useGraphTrace(state.traceId);
  const traced = useMemo(() => (graph && trace.data ? traceElements(graph, trace.data) : nothing), [graph, trace.data]);
  const homeCluster = config?.homeCluster ?? '';
  const sceneKey = sceneOptions(state);
  const scene = useMemo(
    () => shown && buildScene(shown, { ...state, homeCluster, boxed: layoutKeepsBoxes(state.layout) }, found, state.rank ? ranks : noRanks, traced),
    // The options of the scene, not the whole state: a selection must not draw everything anew.
    [shown, found, homeCluster, sceneKey, ranks, traced],
  );

  const findOutcome = useMemo(() => ({ error: find.error, count: find.expression && graph ? found.size : null }), [find, graph, found]);
  const hideOutcome = useMemo(() => ({ error: hide.error, count: hide.expression && graph ? hidden.size : null }), [hide, graph, hidden]);

  return {
    config,
    namespaces,
    /** `null`: not known before the server has told the namespaces. */
    selected,
    isNodeGraph: target.kind !== 'namespaces',
    query,
    graph,
    scene,
    selectedNode,
    selectedEdge,
    ranks,
    trace: { data: trace.data ?? null, error: trace.error, isLoading: trace.isFetching },
    find: findOutcome,
    hide: hideOutcome,
    layoutKey: layoutKey(state, request?.path ?? '', selected ?? []),
  };
}

function useSelectedNamespaces(state: GraphState, target: GraphTarget, known: Parameters<typeof applicationNamespaces>[0] | undefined) {
  return useMemo((): readonly string[] | null => {
    if (target.kind !== 'namespaces') return [target.namespace];
    if (state.namespaces !== null) return state.namespaces;
    return known ? applicationNamespaces(known) : null;
  }, [state.namespaces, target, known]);
}

function sceneOptions(state: GraphState): string {
  const { responseTime, throughput, trafficDistribution, trafficRate, traffic, badgeSecurity, badgeSidecar, badgeVirtualService, layout, rank } = state;
  return JSON.stringify([rank, responseTime, throughput, trafficDistribution, trafficRate, traffic, badgeSecurity, badgeSidecar, badgeVirtualService, layoutKeepsBoxes(layout)]);
}

/** What changes the structure of the picture, so that it is laid out anew rather than kept. */
function layoutKey(state: GraphState, path: string, namespaces: readonly string[]): string {
  const { layout, graphType, hide, edgeMode, boxCluster, boxNamespace, serviceNodes, operationNodes, idleNodes, collapsed } = state;
  return JSON.stringify([path, namespaces, layout, graphType, hide, edgeMode, boxCluster, boxNamespace, serviceNodes, operationNodes, idleNodes, collapsed]);
}
