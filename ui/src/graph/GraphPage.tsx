import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { t } from '../i18n';
import { GraphStage } from './GraphStage';
import { graphDefaults } from './graphState';
import { useGo } from '../shell/ContextLink';
import { Legend } from './Legend';
import { nodeGraphPath } from './nodeGraphPath';
import { SelectionSummary } from './panel/SelectionSummary';
import { SummaryPanel } from './panel/SummaryPanel';
import { ReplayBar } from './replay/ReplayBar';
import { GraphToolbar } from './toolbar/GraphToolbar';
import { graphTour } from './tour/graphTour';
import { Tour } from './tour/Tour';
import { nodeTitle } from './traffic';
import { useGraphModel } from './useGraphModel';
import { useGraphState, useGraphTarget, useSteadyState } from './useGraphState';
import './graph.css';

const none: readonly never[] = [];

/** The traffic graph: state from the URL, one model out of it, toolbar, canvas and panel. */
export function GraphPage() {
  const [state, patch] = useGraphState();
  const steady = useSteadyState(state);
  const target = useGraphTarget();
  const model = useGraphModel(state, target);
  const navigate = useNavigate();
  const go = useGo();
  const location = useLocation();
  const { graph } = model;
  const [tour, setTour] = useState(false);

  useEffect(() => {
    document.title = `${t('graph.title')} | ${t('app.name')}`;
  }, []);

  const { refetch } = model.query;
  const refresh = useCallback(() => void refetch(), [refetch]);
  const reset = useCallback(() => patch({ ...graphDefaults(), namespaces: steady.namespaces, duration: steady.duration, refresh: steady.refresh }), [patch, steady]);
  const startTour = useCallback(() => setTour(true), []);
  const back = useRef<() => void>(() => undefined);
  useLayoutEffect(() => {
    back.current = () => void navigate({ pathname: '/graph/namespaces', search: location.search });
  });
  const goBack = useCallback(() => back.current(), []);
  const select = (id: string | null) => {
    if (id !== state.selection) patch({ selection: id, ...(id !== null && { panel: true }) });
  };
  const open = (id: string) => {
    const node = graph?.nodes.find((item) => item.id === id);
    const path = node ? nodeGraphPath(node, state.graphType) : null;
    if (path === null || path === location.pathname) return;
    const params = new URLSearchParams(location.search);
    params.delete('focusSelector');
    go(`${path}?${params.toString()}`);
  };

  return (
    <div className="weft-graph">
      <GraphToolbar
        state={steady}
        target={target}
        config={model.config}
        namespaces={model.namespaces.data ?? none}
        selectedNamespaces={model.selected ?? none}
        isLoading={model.query.isFetching}
        find={model.find}
        hide={model.hide}
        patch={patch}
        onRefresh={refresh}
        onReset={reset}
        onTour={startTour}
        onBack={goBack}
      />
      {state.replay && <ReplayBar replay={state.replay} isLoading={model.query.isFetching} retention={model.config?.retention ?? 86_400} onChange={(replay) => patch({ replay })} />}
      <div className="weft-graph__main">
        {state.legend && graph && <Legend onClose={() => patch({ legend: false })} />}
        <div className="weft-graph__stage">
          <GraphStage state={state} steady={steady} model={model} patch={patch} onSelect={select} onOpen={open} />
        </div>
        {graph && (
          <SummaryPanel isOpen={state.panel} onToggle={() => patch({ panel: !state.panel })}>
            <SelectionSummary state={state} patch={patch} model={model} graph={graph} onSelect={select} onOpen={open} />
          </SummaryPanel>
        )}
      </div>
      {tour && <Tour label={t('graph.tour')} stops={graphTour()} onClose={() => setTour(false)} />}
      <p className="pf-v6-screen-reader" aria-live="polite">
        {model.selectedNode && t('graph.canvas.selected', { name: nodeTitle(model.selectedNode) })}
      </p>
    </div>
  );
}
