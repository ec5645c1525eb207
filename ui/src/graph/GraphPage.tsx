import { useEffect, useState } from 'react';
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
import { useGraphState, useGraphTarget } from './useGraphState';
import './graph.css';

/** The traffic graph: state from the URL, one model out of it, toolbar, canvas and panel. */
export function GraphPage() {
  const [state, patch] = useGraphState();
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
        state={state}
        target={target}
        config={model.config}
        namespaces={model.namespaces.data ?? []}
        selectedNamespaces={model.selected ?? []}
        isLoading={model.query.isFetching}
        find={model.find}
        hide={model.hide}
        patch={patch}
        onRefresh={() => void model.query.refetch()}
        onReset={() => patch({ ...graphDefaults(), namespaces: state.namespaces, duration: state.duration, refresh: state.refresh })}
        onTour={() => setTour(true)}
        onBack={() => void navigate({ pathname: '/graph/namespaces', search: location.search })}
      />
      {state.replay && <ReplayBar replay={state.replay} isLoading={model.query.isFetching} retention={model.config?.retention ?? 86_400} onChange={(replay) => patch({ replay })} />}
      <div className="weft-graph__main">
        {state.legend && graph && <Legend onClose={() => patch({ legend: false })} />}
        <div className="weft-graph__stage">
          <GraphStage state={state} model={model} patch={patch} onSelect={select} onOpen={open} />
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
