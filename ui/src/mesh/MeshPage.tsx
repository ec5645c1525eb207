import { Checkbox, Skeleton, ToolbarItem } from '@patternfly/react-core';
import { lazy, Suspense, useMemo, useRef } from 'react';
import { useSearchParams } from 'react-router';
import { fetchMesh } from '../api/mesh';
import type { CanvasControls } from '../graph/canvas/GraphCanvas';
import { SummaryPanel } from '../graph/panel/SummaryPanel';
import { t } from '../i18n';
import { EmptyMessage, Loaded } from '../shell/PageMessage';
import { PageFrame } from '../shell/PageFrame';
import { usePageQuery } from '../time/usePageQuery';
import { ZoomBar } from './ZoomBar';
import { MeshPanel } from './MeshPanel';
import { meshScene } from './meshScene';
import '../graph/graph.css';
import './mesh.css';

const GraphCanvas = lazy(() => import('../graph/canvas/GraphCanvas'));

/** The parts of the mesh itself: control plane, data plane, stores, and how they fare. */
export function MeshPage() {
  const [params, setParams] = useSearchParams();
  const canvas = useRef<CanvasControls>(null);
  const flag = (name: string) => params.get(name) === 'true';
  const options = { gateways: flag('meshGateways'), waypoints: flag('meshWaypoints') };
  const query = usePageQuery(['mesh', options], (signal) => fetchMesh(options, signal), { subject: 1 });
  const scene = useMemo(() => query.data && meshScene(query.data), [query.data]);
  const selection = params.get('focusSelector');
  const panel = params.get('summary') !== 'false';
  const set = (name: string, value: string | null) =>
    setParams(
      (current) => {
        const next = new URLSearchParams(current);
        if (value === null) next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  const layoutKey = JSON.stringify(options);
  return (
    <PageFrame
      title={t('nav.mesh')}
      isFilled
      controls={
        <>
          <ToolbarItem alignSelf="center">
            <Checkbox id="mesh-gateways" label={t('mesh.gateways')} isChecked={options.gateways} onChange={(_, on) => set('meshGateways', on ? 'true' : null)} />
          </ToolbarItem>
          <ToolbarItem alignSelf="center">
            <Checkbox id="mesh-waypoints" label={t('mesh.waypoints')} isChecked={options.waypoints} onChange={(_, on) => set('meshWaypoints', on ? 'true' : null)} />
          </ToolbarItem>
        </>
      }
    >
      <Loaded query={query} failure={t('mesh.failed')} skeleton={<Skeleton height="100%" screenreaderText={t('page.loading')} />}>
        {(mesh) =>
          mesh.nodes.length === 0 ? (
            <EmptyMessage title={t('mesh.empty')}>{t('mesh.empty.text')}</EmptyMessage>
          ) : (
            <div className="weft-graph__main weft-mesh">
              <div className="weft-graph__stage">
                <Suspense fallback={<Skeleton height="100%" screenreaderText={t('page.loading')} />}>
                  {scene && (
                    <GraphCanvas
                      controls={canvas}
                      scene={scene}
                      layout="kiali-elk"
                      layoutKey={layoutKey}
                      selection={selection}
                      animated={false}
                      select={(id) => set('focusSelector', id)}
                      open={(id) => set('focusSelector', id)}
                      menu={() => undefined}
                      busy={() => undefined}
                      failed={() => undefined}
                    />
                  )}
                </Suspense>
                <ZoomBar canvas={canvas} />
              </div>
              <SummaryPanel isOpen={panel} onToggle={() => set('summary', panel ? 'false' : null)}>
                <MeshPanel mesh={mesh} selection={selection} onSelect={(id) => set('focusSelector', id)} />
              </SummaryPanel>
            </div>
          )
        }
      </Loaded>
    </PageFrame>
  );
}
