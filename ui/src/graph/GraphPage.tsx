import { Alert, AlertActionLink, Menu, MenuContent, MenuItem, MenuList, Spinner } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { fetchConfig } from '../api/config';
import type { GraphNode } from '../api/graph';
import { t } from '../i18n';
import { applicationNamespaces, useNamespaces } from '../namespaces/useNamespaces';
import { refreshManual } from '../time/time';
import type { CanvasControls } from './canvas/GraphCanvas';
import { layoutKeepsBoxes } from './canvas/layoutTypes';
import { findElements, hideElements, parseQuery } from './filter';
import { AllHidden, EmptyGraph, GraphError, GraphLoading, ManualRefresh, NoNamespace } from './GraphMessage';
import { graphRequest } from './graphRequest';
import { defaultGraphState, type GraphState } from './graphState';
import { Legend } from './Legend';
import { nodeGraphPath } from './nodeGraphPath';
import { EdgeSummary } from './panel/EdgeSummary';
import { GraphSummary } from './panel/GraphSummary';
import { NodeSummary } from './panel/NodeSummary';
import { SummaryPanel } from './panel/SummaryPanel';
import { rankNodes } from './rank';
import { buildScene } from './scene';
import { nodeName, nodeTitle } from './traffic';
import { CanvasToolbar } from './toolbar/CanvasToolbar';
import { GraphToolbar } from './toolbar/GraphToolbar';
import { useGraphData } from './useGraphData';
import { useGraphState, useGraphTarget } from './useGraphState';

const GraphCanvas = lazy(() => import('./canvas/GraphCanvas'));

interface ContextMenu {
  readonly node: GraphNode;
  readonly x: number;
  readonly y: number;
}

/** The traffic graph: state from the URL, one query, and what both make on the canvas and beside it. */
export function GraphPage() {
  const [state, patch] = useGraphState();
  const target = useGraphTarget();
  const navigate = useNavigate();
  const location = useLocation();
  const canvas = useRef<CanvasControls>(null);
  const [layoutError, setLayoutError] = useState<string | null>(null);
  const [isLayingOut, setLayingOut] = useState(false);
  const [menu, setMenu] = useState<ContextMenu | null>(null);

  const config = useQuery({ queryKey: ['config'], queryFn: ({ signal }) => fetchConfig(signal), staleTime: 300_000 });
  const namespaces = useNamespaces();
  const known = namespaces.data ?? [];
  const selected = useMemo(() => state.namespaces ?? applicationNamespaces(known), [state.namespaces, known]);
  const isNodeGraph = target.kind !== 'namespaces';
  const homeCluster = config.data?.homeCluster ?? '';

  // An edge is selected when its id is that of no node: known only once a graph is there.
  const [edgeSelected, setEdgeSelected] = useState(false);
  const ready = isNodeGraph || (selected.length > 0 && (state.namespaces !== null || namespaces.data !== undefined));
  const request = useMemo(
    () => (ready ? graphRequest(target, state, selected, edgeSelected, config.data?.ambientEnabled ?? false) : null),
    [ready, target, state, selected, edgeSelected, config.data?.ambientEnabled],
  );
  const graphQuery = useGraphData(request, state.refresh);
  const graph = ready ? graphQuery.data : undefined;

  const find = useMemo(() => parseQuery(state.find), [state.find]);
  const hide = useMemo(() => parseQuery(state.hide), [state.hide]);
  const rankBy = state.rankBy.join();
  const ranks = useMemo(() => (graph ? rankNodes(graph, state.rankBy) : new Map<string, number>()), [graph, rankBy]);
  const hidden = useMemo(() => (graph ? findElements(graph, hide.expression, ranks) : new Set<string>()), [graph, hide, ranks]);
  const shown = useMemo(() => (graph ? hideElements(graph, hidden, state.edgeMode) : undefined), [graph, hidden, state.edgeMode]);
  const found = useMemo(() => (shown ? findElements(shown, find.expression, ranks) : new Set<string>()), [shown, find, ranks]);
  const sceneKey = sceneOptionsKey(state);
  const scene = useMemo(
    () => (shown ? buildScene(shown, { ...state, homeCluster, boxed: layoutKeepsBoxes(state.layout) }, found) : null),
    // The options of the scene, not the whole state: a selection must not draw everything anew.
    [shown, found, homeCluster, sceneKey],
  );

  const selectedNode = state.selection === null ? undefined : graph?.nodes.find((node) => node.id === state.selection);
  const selectedEdge = state.selection === null ? undefined : graph?.edges.find((edge) => edge.id === state.selection);
  useEffect(() => {
    if (graph) setEdgeSelected(selectedEdge !== undefined);
  }, [graph, selectedEdge !== undefined]);

  const select = (id: string | null) => {
    setMenu(null);
    if (id !== state.selection) patch({ selection: id, ...(id !== null && { panel: true }) });
  };
  const open = (id: string) => {
    const node = graph?.nodes.find((item) => item.id === id);
    const path = node ? nodeGraphPath(node, state.graphType) : null;
    if (path === null || path === location.pathname) return;
    const params = new URLSearchParams(location.search);
    params.delete('focusSelector');
    void navigate({ pathname: path, search: params.toString() });
  };
  const back = () => void navigate({ pathname: '/graph/namespaces', search: location.search });
  const reset = () => patch({ ...defaultGraphState, namespaces: state.namespaces, duration: state.duration, refresh: state.refresh });
  const refresh = () => void graphQuery.refetch();

  const layoutKey = [state.layout, state.graphType, state.hide, state.edgeMode, state.boxCluster, state.boxNamespace, state.serviceNodes, state.operationNodes, state.idleNodes, request?.path, selected.join()].join('|');
  const countsMessages = state.traffic.grpc !== undefined && state.traffic.grpc !== 'grpcRequest';

  return (
    <div className="weft-graph">
      <GraphToolbar
        state={state}
        target={target}
        config={config.data ?? null}
        namespaces={known}
        selectedNamespaces={isNodeGraph ? [target.namespace] : selected}
        isLoading={graphQuery.isFetching}
        findError={find.error}
        hideError={hide.error}
        found={find.expression && graph ? found.size : null}
        hidden={hide.expression && graph ? hidden.size : null}
        patch={patch}
        onRefresh={refresh}
        onReset={reset}
        onBack={back}
      />
      <div className="weft-graph__main">
        {state.legend && graph && <Legend onClose={() => patch({ legend: false })} />}
        <div className="weft-graph__stage">
          {content()}
          {graph && graphQuery.isError && (
            <Alert
              className="weft-graph__alert"
              variant="warning"
              isInline
              title={t('graph.stale', { error: graphQuery.error.message })}
              actionLinks={<AlertActionLink onClick={refresh}>{t('graph.error.again')}</AlertActionLink>}
            />
          )}
          {layoutError !== null && <Alert className="weft-graph__alert" variant="danger" isInline title={t('graph.error.layout', { error: layoutError })} />}
        </div>
        {graph && (
          <SummaryPanel isOpen={state.panel} onToggle={() => patch({ panel: !state.panel })}>
            {selectedNode ? (
              <NodeSummary
                graph={graph}
                node={selectedNode}
                rank={state.rank ? (ranks.get(selectedNode.id) ?? null) : null}
                countsMessages={countsMessages}
                onSelect={select}
                onOpen={nodeGraphPath(selectedNode, state.graphType) === null ? null : () => open(selectedNode.id)}
              />
            ) : selectedEdge ? (
              <EdgeSummary
                graph={graph}
                edge={selectedEdge}
                responseTimeKind={t(`graph.display.${state.responseTime ?? 'rt95'}`)}
                countsMessages={countsMessages}
                onSelect={select}
              />
            ) : (
              <GraphSummary graph={graph} namespaces={isNodeGraph ? [target.namespace] : selected} countsMessages={countsMessages} />
            )}
          </SummaryPanel>
        )}
      </div>
      <p className="pf-v6-screen-reader" aria-live="polite">
        {selectedNode && t('graph.canvas.selected', { name: nodeTitle(selectedNode) })}
      </p>
    </div>
  );

  function content() {
    if (namespaces.isError && !isNodeGraph && state.namespaces === null) return <GraphError error={namespaces.error} onRetry={() => void namespaces.refetch()} />;
    if (!ready && namespaces.data === undefined) return <GraphLoading namespaces={0} duration={state.duration} />;
    if (!ready) return <NoNamespace hasNamespaces={applicationNamespaces(known).length > 0} onAll={() => patch({ namespaces: null })} />;
    if (graph === undefined || scene === null) {
      if (graphQuery.isError) return <GraphError error={graphQuery.error} onRetry={refresh} />;
      if (state.refresh === refreshManual && !graphQuery.isFetching) return <ManualRefresh onRefresh={refresh} />;
      return <GraphLoading namespaces={selected.length} duration={state.duration} />;
    }
    if (graph.nodes.length === 0) return <EmptyGraph state={state} namespaces={selected} patch={patch} />;
    if (scene.nodes.length === 0) return <AllHidden onShow={() => patch({ hide: '', edgeMode: 'all' })} />;
    return (
      <Suspense fallback={<GraphLoading namespaces={selected.length} duration={state.duration} />}>
        <GraphCanvas
          controls={canvas}
          scene={scene}
          layout={state.layout}
          layoutKey={layoutKey}
          selection={state.selection}
          animated={state.animation}
          select={select}
          open={open}
          menu={(id, x, y) => {
            const node = graph.nodes.find((item) => item.id === id);
            if (node) setMenu({ node, x, y });
          }}
          busy={setLayingOut}
          failed={(error) => setLayoutError(error.message)}
        />
        <CanvasToolbar state={state} canvas={canvas} patch={patch} />
        {menu !== null && nodeMenu(menu)}
        <div className="weft-graph__status" role="status">
          {isLayingOut ? (
            <>
              <Spinner size="sm" aria-label={t('graph.laidOut')} /> {t('graph.laidOut')}
            </>
          ) : (
            t('graph.updated', { time: new Date(graph.timestamp * 1000).toLocaleTimeString() })
          )}
        </div>
      </Suspense>
    );
  }

  function nodeMenu({ node, x, y }: ContextMenu) {
    const path = nodeGraphPath(node, state.graphType);
    return (
      <Menu className="weft-menu weft-graph__context" style={{ left: x, top: y }} onSelect={() => setMenu(null)} aria-label={t('graph.menu.label', { name: nodeName(node) })}>
        <MenuContent>
          <MenuList>
            {path !== null && <MenuItem onClick={() => open(node.id)}>{t('graph.menu.open')}</MenuItem>}
            {node.isOutside && (
              <MenuItem onClick={() => patch({ namespaces: [...selected, node.namespace] })}>{t('graph.menu.namespace', { name: node.namespace })}</MenuItem>
            )}
            {node.namespace !== '' && node.namespace !== 'unknown' && (
              <MenuItem onClick={() => patch({ namespaces: [node.namespace], selection: null })}>{t('graph.menu.only', { name: node.namespace })}</MenuItem>
            )}
          </MenuList>
        </MenuContent>
      </Menu>
    );
  }
}

function sceneOptionsKey(state: GraphState): string {
  const { responseTime, throughput, trafficDistribution, trafficRate, traffic, badgeSecurity, badgeSidecar, badgeVirtualService, layout } = state;
  return JSON.stringify([responseTime, throughput, trafficDistribution, trafficRate, traffic, badgeSecurity, badgeSidecar, badgeVirtualService, layoutKeepsBoxes(layout)]);
}
