import { Alert, AlertActionLink } from '@patternfly/react-core';
import { lazy, Suspense, useRef, useState } from 'react';
import type { TrafficGraph } from '../api/graph';
import { t } from '../i18n';
import { applicationNamespaces } from '../namespaces/useNamespaces';
import { refreshManual } from '../time/time';
import type { CanvasControls } from './canvas/GraphCanvas';
import { AllHidden, EmptyGraph, GraphError, GraphLoading, ManualRefresh, NoNamespace } from './GraphMessage';
import type { GraphState } from './graphState';
import { HoverTip, type HoverTarget } from './HoverTip';
import { LayoutStatus } from './LayoutStatus';
import { NodeMenu } from './NodeMenu';
import { nodeGraphPath } from './nodeGraphPath';
import type { Scene } from './scene';
import { CanvasToolbar } from './toolbar/CanvasToolbar';
import type { GraphModel } from './useGraphModel';
import type { PatchGraph } from './useGraphState';

const loadCanvas = () => import('./canvas/GraphCanvas');
const GraphCanvas = lazy(loadCanvas);
// While the server computes the first graph, the canvas is already on its way; a failure shows when it is drawn.
loadCanvas().catch(() => undefined);

interface Props {
  readonly state: GraphState;
  /** The state without what is selected. */
  readonly steady: GraphState;
  readonly model: GraphModel;
  readonly patch: PatchGraph;
  readonly onSelect: (id: string | null) => void;
  readonly onOpen: (id: string) => void;
}

/** The place of the canvas: the graph, or why there is none and what to do next. */
export function GraphStage(props: Props) {
  const { model, state, patch } = props;
  const { graph, scene, query, namespaces, selected } = model;
  const refresh = () => void query.refetch();
  if (selected === null) {
    return namespaces.isError ? (
      <GraphError error={namespaces.error} onRetry={() => void namespaces.refetch()} />
    ) : (
      <GraphLoading namespaces={0} duration={state.duration} />
    );
  }
  if (selected.length === 0) {
    return <NoNamespace hasNamespaces={applicationNamespaces(namespaces.data ?? []).length > 0} onAll={() => patch({ namespaces: null })} />;
  }
  if (graph === undefined || scene === undefined) {
    if (query.isError) return <GraphError error={query.error} onRetry={refresh} />;
    if (state.refresh === refreshManual && !query.isFetching) return <ManualRefresh onRefresh={refresh} />;
    return <GraphLoading namespaces={selected.length} duration={state.duration} />;
  }
  return (
    <>
      {graph.nodes.length === 0 ? (
        <EmptyGraph state={state} namespaces={selected} canShowIdle={!model.isNodeGraph && !state.idleNodes} patch={patch} />
      ) : scene.nodes.length === 0 ? (
        <AllHidden onShow={() => patch({ hide: '', edgeMode: 'all' })} />
      ) : (
        <Suspense fallback={<GraphLoading namespaces={selected.length} duration={state.duration} />}>
          <Drawing {...props} graph={graph} scene={scene} />
        </Suspense>
      )}
      {query.isError && (
        <Alert
          className="weft-graph__alert"
          variant="warning"
          isInline
          title={t('graph.stale', { error: query.error.message })}
          actionLinks={<AlertActionLink onClick={refresh}>{t('graph.error.again')}</AlertActionLink>}
        />
      )}
    </>
  );
}

interface MenuPlace {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

/** The canvas with its control bar, its state line and the menu of a node. */
function Drawing({ state, steady, model, graph, scene, patch, onSelect, onOpen }: Props & { readonly graph: TrafficGraph; readonly scene: Scene }) {
  const canvas = useRef<CanvasControls>(null);
  const tip = useRef<HoverTarget>(null);
  const [progress, setProgress] = useState<number | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const menuNode = menu === null ? undefined : graph.nodes.find((node) => node.id === menu.id && node.namespace !== 'unknown');
  const toggleBox = (id: string) =>
    patch({ selection: null, collapsed: state.collapsed.includes(id) ? state.collapsed.filter((other) => other !== id) : [...state.collapsed, id] });
  const open = (id: string) => {
    const isBox = state.collapsed.includes(id) || graph.nodes.some((node) => node.id === id && node.box !== null && node.box !== 'app');
    if (isBox) toggleBox(id);
    else onOpen(id);
  };
  return (
    <>
      <GraphCanvas
        controls={canvas}
        scene={scene}
        layout={state.layout}
        layoutKey={model.layoutKey}
        selection={state.selection}
        animated={state.animation}
        select={onSelect}
        open={open}
        menu={(id, x, y) => setMenu({ id, x, y })}
        hover={(id, x, y) => tip.current?.show(id, x, y)}
        progress={setProgress}
        busy={(busy) => {
          setProgress(busy ? 0 : null);
          if (busy) setFailure(null);
        }}
        failed={(error) => setFailure(error.message)}
      />
      <CanvasToolbar state={steady} canvas={canvas} scene={scene} graph={graph} patch={patch} />
      <LayoutStatus timestamp={graph.timestamp} progress={progress} onCancel={() => canvas.current?.cancelLayout()} />
      <HoverTip target={tip} graph={graph} countsMessages={state.traffic.grpc !== undefined && state.traffic.grpc !== 'grpcRequest'} />
      {state.traceId !== null && (model.trace.error !== null || (!model.trace.isLoading && model.trace.data === null)) && (
        <Alert
          className="weft-graph__alert"
          variant="warning"
          isInline
          title={t('graph.traces.missing', { error: model.trace.error?.message ?? t('graph.traces.gone') })}
          actionLinks={<AlertActionLink onClick={() => patch({ traceId: null })}>{t('graph.traces.clear')}</AlertActionLink>}
        />
      )}
      {failure !== null && <Alert className="weft-graph__alert" variant="danger" isInline title={t('graph.error.layout', { error: failure })} />}
      {menu && menuNode && (
        <NodeMenu
          node={menuNode}
          x={menu.x}
          y={menu.y}
          onOpen={nodeGraphPath(menuNode, state.graphType) === null ? null : () => onOpen(menuNode.id)}
          onShowNamespace={() => patch({ namespaces: [...(model.selected ?? []), menuNode.namespace] })}
          onOnlyNamespace={() => patch({ namespaces: [menuNode.namespace], selection: null })}
          isCollapsed={state.collapsed.includes(menuNode.id) ? true : menuNode.box === null ? null : false}
          onCollapse={() => toggleBox(menuNode.id)}
          onClose={() => {
            setMenu(null);
            canvas.current?.focus();
          }}
        />
      )}
    </>
  );
}
