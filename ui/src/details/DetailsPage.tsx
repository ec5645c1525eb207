import { Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { lazy, Suspense } from 'react';
import { useParams, useSearchParams } from 'react-router';
import { fetchApplication, fetchService, fetchWorkload, type ApplicationDetails, type ServiceDetails, type WorkloadDetails } from '../api/details';
import { ApiError } from '../api/http';
import type { EntityKind } from '../api/lists';
import { HealthIcon } from '../entity/HealthIcon';
import { KindBadge } from '../entity/KindBadge';
import { t } from '../i18n';
import { MiniGraph } from '../mini/MiniGraph';
import { usePageNamespaces } from '../namespaces/usePageNamespaces';
import { useGo } from '../shell/ContextLink';
import { Lines } from '../shell/Lines';
import { PageFrame } from '../shell/PageFrame';
import { EmptyMessage, Loaded } from '../shell/PageMessage';
import { usePageQuery } from '../time/usePageQuery';
import { useTime } from '../time/useTime';
import { ApplicationOverview, ServiceOverview, WorkloadOverview } from './overview';
import { apiPath, entityGraphType, graphPath, graphTarget, type Entity } from './target';
import { tabsOf, type TabId } from './tabs';

const EnvoyTab = lazy(() => import('../envoy/EnvoyTab').then((module) => ({ default: module.EnvoyTab })));
const LogsTab = lazy(() => import('../logs/LogsTab').then((module) => ({ default: module.LogsTab })));
const MetricsTab = lazy(() => import('./MetricsTab').then((module) => ({ default: module.MetricsTab })));
const CustomDashboardTab = lazy(() => import('./MetricsTab').then((module) => ({ default: module.CustomDashboardTab })));
const ZtunnelTab = lazy(() => import('../ambient/ZtunnelTab').then((module) => ({ default: module.ZtunnelTab })));
const WaypointTab = lazy(() => import('../ambient/WaypointTab').then((module) => ({ default: module.WaypointTab })));
const TracesView = lazy(() => import('../traces/TracesView').then((module) => ({ default: module.TracesView })));
const TrafficTab = lazy(() => import('./TrafficTab').then((module) => ({ default: module.TrafficTab })));

type Details = ApplicationDetails | WorkloadDetails | ServiceDetails;

const fetchers = { applications: fetchApplication, workloads: fetchWorkload, services: fetchService } as const;

/** The details of an application, a workload or a service, in tabs. */
export function DetailsPage({ kind }: { readonly kind: EntityKind }) {
  const { namespace = '', name = '' } = useParams();
  const [params, setParams] = useSearchParams();
  const [{ duration }] = useTime();
  const go = useGo();
  const entity: Entity = { kind, namespace, name };
  const query = usePageQuery<Details>(['details', kind, namespace, name, duration], (signal) => fetchers[kind](namespace, name, duration, signal), { subject: 4 });
  const tabs = tabsOf(kind, query.data?.kind === kind ? query.data : null);
  const asked = params.get('tab');
  const tab = tabs.find(({ id }) => id === asked)?.id ?? 'info';
  const choose = (id: TabId) =>
    setParams((current) => {
      const next = new URLSearchParams(current);
      if (id === 'info') next.delete('tab');
      else next.set('tab', id);
      return next;
    });
  const isGone = query.data === undefined && query.error instanceof ApiError && query.error.status === 404;
  return (
    <PageFrame
      title={name}
      badge={<KindBadge kind={kind} />}
      crumbs={[
        { text: t('nav.namespaces'), to: '/namespaces' },
        { text: namespace, to: `/namespaces/${encodeURIComponent(namespace)}` },
        { text: t(`nav.${kind}`), to: `/${kind}?namespaces=${encodeURIComponent(namespace)}` },
      ]}
      controls={query.data && <HealthIcon health={query.data.health} name={name} />}
      time={tab === 'info' || tab === 'traffic' || tab === 'envoy' || tab === 'waypoint' ? 'last' : 'range'}
    >
      {isGone ? (
        <EmptyMessage title={t(`details.${kind}.gone`)} actions={[[t(`details.${kind}.list`), () => go(`/${kind}`)]]}>
          {t('details.gone.text', { name, namespace })}
        </EmptyMessage>
      ) : (
        <>
          <Tabs activeKey={tab} onSelect={(_, id) => choose(id as TabId)} aria-label={t('details.tabs')} className="weft-tabs" data-test="details-tabs">
            {tabs.map(({ id, title }) => (
              <Tab key={id} eventKey={id} title={<TabTitleText>{title}</TabTitleText>} tabContentId={`tab-${kind}`} />
            ))}
          </Tabs>
          <section id={`tab-${kind}`} role="tabpanel" aria-label={tabs.find(({ id }) => id === tab)?.title ?? ''} className="weft-tab">
            <Loaded query={query} failure={t(`details.${kind}.failed`)} skeleton={<Lines count={9} />}>
              {(details) => (
                <Suspense fallback={<Lines count={9} />}>
                  {tab === 'info' && <Overview entity={entity} details={details} />}
                  {tab === 'traffic' && <TrafficTab entity={entity} />}
                  {(tab === 'in_metrics' || tab === 'metrics') && <MetricsTab key={tab} entity={entity} direction="inbound" />}
                  {tab === 'out_metrics' && <MetricsTab key={tab} entity={entity} direction="outbound" />}
                  {tab.startsWith('cd-') && <CustomDashboardTab key={tab} details={details} template={tab.slice(3)} />}
                  {tab === 'logs' && details.kind === 'workloads' && <LogsTab details={details} />}
                  {tab === 'envoy' && details.kind === 'workloads' && <EnvoyTab details={details} />}
                  {tab === 'ztunnel' && details.kind === 'workloads' && <ZtunnelTab details={details} />}
                  {tab === 'waypoint' && details.kind === 'workloads' && <WaypointTab details={details} />}
                  {tab === 'traces' && <TracesView path={apiPath(entity)} />}
                </Suspense>
              )}
            </Loaded>
          </section>
        </>
      )}
    </PageFrame>
  );
}

function Overview({ entity, details }: { readonly entity: Entity; readonly details: Details }) {
  const { controlPlanes } = usePageNamespaces();
  const isControlPlane = controlPlanes.has(entity.namespace);
  return (
    <div className="weft-overview">
      <div className="weft-overview__facts">
        {details.kind === 'applications' && <ApplicationOverview details={details} isControlPlane={isControlPlane} />}
        {details.kind === 'workloads' && <WorkloadOverview details={details} isControlPlane={isControlPlane} />}
        {details.kind === 'services' && <ServiceOverview details={details} isControlPlane={isControlPlane} />}
      </div>
      <MiniGraph key={apiPath(entity)} target={graphTarget(entity)} namespace={entity.namespace} graphType={entityGraphType(entity.kind)} fullPath={graphPath(entity)} />
    </div>
  );
}
