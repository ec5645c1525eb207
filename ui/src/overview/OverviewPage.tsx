import { useMemo } from 'react';
import { fetchNamespaceHealth } from '../api/clusterHealth';
import { healthStatuses, type HealthStatus } from '../api/graph';
import { fetchValidationSummaries } from '../api/istio';
import { fetchNamespaces } from '../api/namespaces';
import { fetchApplicationRates, fetchComponents, fetchControlPlanes, fetchNamespaceMetrics } from '../api/overview';
import { fetchNamespaceTls } from '../api/tls';
import { ValidationGlyph } from '../entity/ValidationIcon';
import { decimal } from '../graph/format';
import { t } from '../i18n';
import { namespaceRows } from '../namespaces/namespaceRows';
import { PageFrame } from '../shell/PageFrame';
import { Loaded } from '../shell/PageMessage';
import { Lines } from '../shell/Lines';
import { useConfig } from '../shell/useConfig';
import { usePageQuery } from '../time/usePageQuery';
import { useTime } from '../time/useTime';
import { HealthDonut } from './Donut';
import { Figure, Figures } from './Figures';
import { NamespaceCard } from './NamespaceCard';
import { ClusterFigures } from './ClusterFigures';
import { isGood } from './isGood';
import { OverviewCard } from './OverviewCard';
import { ServiceInsights } from './ServiceInsights';
import './overview.css';

/** The first page: how the mesh fares, what stands out, and every namespace at a glance. */
export function OverviewPage() {
  const [{ duration }] = useTime();
  const config = useConfig();
  const planes = usePageQuery(['overview', 'planes'], fetchControlPlanes);
  const components = usePageQuery(['overview', 'components'], fetchComponents);
  const namespaces = usePageQuery(['namespaces', 'page'], (signal) => fetchNamespaces(signal));
  const health = usePageQuery(['health', 'app', duration], (signal) => fetchNamespaceHealth('app', [], duration, signal));
  const tls = usePageQuery(['tls'], (signal) => fetchNamespaceTls([], signal));
  const validations = usePageQuery(['validations'], (signal) => fetchValidationSummaries([], signal));
  const rates = usePageQuery(['overview', 'rates'], fetchApplicationRates);
  const names = namespaces.data?.map(({ name }) => name) ?? [];
  const span = Math.max(duration, 600);
  const metrics = usePageQuery(['overview', 'metrics', names, span], (signal) => fetchNamespaceMetrics(names, span, Math.max(10, Math.round(span / 60)), signal), { enabled: names.length > 0 });
  const rows = useMemo(() => namespaces.data && namespaceRows(namespaces.data, health.data, tls.data, validations.data), [namespaces.data, health.data, tls.data, validations.data]);
  const shown = rows?.filter(({ name, isControlPlane }) => isControlPlane || !name.startsWith('kube-'));
  return (
    <PageFrame title={t('nav.overview')}>
      <div className="weft-overviewGrid">
        <OverviewCard title={t('overview.clusters')} query={components} footer={[t('overview.viewMesh'), '/mesh']}>
          {(items) => <ClusterFigures clusters={config?.clusters ?? []} components={items} />}
        </OverviewCard>
        <OverviewCard title={t('overview.controlPlanes')} query={planes} footer={[t('overview.viewControlPlanes'), `/namespaces?type=${encodeURIComponent('Control plane')}`]}>
          {(items) => (
            <Figures
              figures={[
                ['Healthy', items.filter(({ status }) => isGood(status)).length],
                ['Failure', items.filter(({ status }) => !isGood(status)).length],
              ]}
              note={items.map(({ name, version, revision }) => `${name} ${version}${revision === '' ? '' : ` (${revision})`}`).join(', ')}
            />
          )}
        </OverviewCard>
        <OverviewCard title={t('overview.dataPlanes')} query={health} footer={[t('overview.viewDataPlanes'), `/namespaces?type=${encodeURIComponent('Data plane')}`]}>
          {() => {
            const data = (rows ?? []).filter(({ isControlPlane }) => !isControlPlane);
            const of = (wanted: readonly HealthStatus[]) => data.filter(({ health: state }) => wanted.includes(state?.worst ?? 'NA')).length;
            return (
              <Figures
                path="/namespaces?type=Data+plane"
                figures={[
                  ['Healthy', of(['Healthy'])],
                  ['Degraded', of(['Degraded', 'Not Ready'])],
                  ['Failure', of(['Failure'])],
                  ['NA', of(['NA'])],
                ]}
                note={t('overview.modes', { sidecar: data.filter(({ mode }) => mode === 'sidecar').length, ambient: data.filter(({ mode }) => mode === 'ambient').length, count: data.length })}
              />
            );
          }}
        </OverviewCard>
        <OverviewCard title={t('nav.istio')} query={validations} footer={[t('overview.viewConfig'), '/istio']}>
          {(items) => {
            const sum = (of: (item: (typeof items)[0]) => number) => items.reduce((total, item) => total + of(item), 0);
            const [objects, warnings, errors] = [sum((item) => item.objectCount), sum((item) => item.warnings), sum((item) => item.errors)];
            return (
              <>
                <div className="weft-figures">
                  <Figure icon={<ValidationGlyph status="valid" />} count={objects} text={t('overview.objects')} to="/istio" />
                  {warnings > 0 && <Figure icon={<ValidationGlyph status="warning" />} count={warnings} text={t('overview.warnings')} to="/istio?configvalidation=warning" />}
                  {errors > 0 && <Figure icon={<ValidationGlyph status="error" />} count={errors} text={t('overview.errors')} to="/istio?configvalidation=error" />}
                </div>
                {warnings + errors === 0 && <p className="weft-subtle weft-overview__note">{t('overview.noFindings')}</p>}
              </>
            );
          }}
        </OverviewCard>
      </div>
      <div className="weft-overviewGrid weft-overviewGrid--insights">
        <OverviewCard title={t('nav.applications')} query={health} lines={6} footer={[t('overview.viewApplications'), '/applications']}>
          {(items) => (
            <>
              <HealthDonut counts={countHealth(items.map(({ members }) => members))} path="/applications" />
              {rates.data && (
                <p className="weft-overview__rates">
                  {t('overview.rates', { inbound: decimal(rates.data.reduce((sum, app) => sum + app.inbound, 0)), outbound: decimal(rates.data.reduce((sum, app) => sum + app.outbound, 0)) })}
                </p>
              )}
            </>
          )}
        </OverviewCard>
        <ServiceInsights />
      </div>
      <h2 className="weft-overview__heading">{t('nav.namespaces')}</h2>
      <Loaded query={namespaces} failure={t('namespaces.failed')} skeleton={<Lines count={5} />}>
        {() => (
          <div className="weft-overviewGrid weft-overviewGrid--namespaces">
            {shown?.map((row) => (
              <NamespaceCard key={row.name} row={row} rates={rates.data?.filter((app) => app.namespace === row.name) ?? null} metrics={metrics.data?.[row.name]} />
            ))}
          </div>
        )}
      </Loaded>
    </PageFrame>
  );
}

function countHealth(items: readonly Readonly<Record<HealthStatus, readonly string[]>>[]): Record<HealthStatus, number> {
  return Object.fromEntries(healthStatuses.map((status) => [status, items.reduce((sum, item) => sum + item[status].length, 0)])) as Record<HealthStatus, number>;
}
