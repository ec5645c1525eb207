import { Skeleton } from '@patternfly/react-core';
import { lazy, Suspense, useMemo, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import { fetchMesh } from '../api/mesh';
import type { CanvasControls } from '../graph/canvas/GraphCanvas';
import { SummaryPanel } from '../graph/panel/SummaryPanel';
import { Tour } from '../graph/tour/Tour';
import { t } from '../i18n';
import { EmptyMessage, Loaded } from '../shell/PageMessage';
import { PageFrame } from '../shell/PageFrame';
import { usePageQuery } from '../time/usePageQuery';
import { ZoomBar } from './ZoomBar';
import { hideFromMesh, queryMesh } from './meshFind';
import { MeshLegend } from './MeshLegend';
import { MeshToolbar } from './MeshToolbar';
import { meshState, type SetMesh } from './meshState';
import { MeshPanel } from './MeshPanel';
import { meshScene } from './meshScene';
import { meshTour } from './meshTour';
import '../graph/graph.css';
import './mesh.css';

const GraphCanvas = lazy(() => import('../graph/canvas/GraphCanvas'));

/** The parts of the mesh itself: control plane, data plane, stores, and how they fare. */
export function MeshPage() {
  const [params, setParams] = useSearchParams();
  const canvas = useRef<CanvasControls>(null);
  const state = meshState(params);
  const { gateways, waypoints, findText, hideText, layout } = state;
  const query = usePageQuery(['mesh', { gateways, waypoints }], (signal) => fetchMesh({ gateways, waypoints }, signal), { subject: 1 });
  const find = useMemo(() => queryMesh(query.data, findText), [query.data, findText]);
  const hide = useMemo(() => queryMesh(query.data, hideText), [query.data, hideText]);
  const scene = useMemo(() => query.data && meshScene(hideFromMesh(query.data, hide.ids), find.ids), [query.data, hide, find]);
  const [tour, setTour] = useState(false);
  const selection = params.get('focusSelector');
  const panel = params.get('summary') !== 'false';
  const set: SetMesh = (...changes) =>
    setParams(
      (current) => {
        const next = new URLSearchParams(current);
        for (const [name, value] of changes) {
          if (value === null || value === '') next.delete(name);
          else next.set(name, value);
        }
        return next;
      },
      { replace: true },
    );
  const layoutKey = JSON.stringify([gateways, waypoints, layout, hideText]);
  return (
    <PageFrame title={t('nav.mesh')} isFilled>
      <Loaded query={query} failure={t('mesh.failed')} skeleton={<Skeleton height="100%" screenreaderText={t('page.loading')} />}>
        {(mesh) =>
          mesh.nodes.length === 0 ? (
            <EmptyMessage title={t('mesh.empty')}>{t('mesh.empty.text')}</EmptyMessage>
          ) : (
            <div className="weft-meshPage">
              <MeshToolbar state={state} find={find} hide={hide} set={set} onTour={() => setTour(true)} />
              <div className="weft-graph__main weft-mesh">
                {state.legend && <MeshLegend onClose={() => set(['legend', null])} />}
                <div className="weft-graph__stage">
                  <Suspense fallback={<Skeleton height="100%" screenreaderText={t('page.loading')} />}>
                    {scene?.nodes.length === 0 && <EmptyMessage title={t('graph.empty.hidden')} actions={[[t('graph.empty.unhide'), () => set(['meshHide', null])]]}>{t('mesh.allHidden')}</EmptyMessage>}
                    {scene && scene.nodes.length > 0 && (
                      <GraphCanvas
                        controls={canvas}
                        scene={scene}
                        layout={layout}
                        layoutKey={layoutKey}
                        selection={selection}
                        animated={false}
                        select={(id) => set(['focusSelector', id])}
                        open={(id) => set(['focusSelector', id])}
                        menu={() => undefined}
                        busy={() => undefined}
                        failed={() => undefined}
                      />
                    )}
                  </Suspense>
                  <ZoomBar canvas={canvas} legend={state.legend} onLegend={() => set(['legend', state.legend ? null : 'true'])} />
                </div>
                <SummaryPanel isOpen={panel} onToggle={() => set(['summary', panel ? 'false' : null])}>
                  <MeshPanel mesh={mesh} selection={selection} onSelect={(id) => set(['focusSelector', id])} />
                </SummaryPanel>
              </div>
              {tour && <Tour label={t('mesh.tour')} stops={meshTour()} onClose={() => setTour(false)} />}
            </div>
          )
        }
      </Loaded>
    </PageFrame>
  );
}
