import type { ApplicationDetails, ServiceDetails, WorkloadDetails } from '../api/details';
import { DashboardTab } from '../metrics/DashboardTab';
import { defaultMetrics, type MetricsState } from '../metrics/metricsState';
import { apiPath, type Entity } from './target';

const inbound: MetricsState = defaultMetrics;
const outbound: MetricsState = { ...defaultMetrics, reporter: 'source' };
const custom: MetricsState = { ...defaultMetrics, average: true };

/** Istio's metrics of one direction. By default they come from the side that knows most: the thing itself. */
export function MetricsTab({ entity, direction }: { readonly entity: Entity; readonly direction: 'inbound' | 'outbound' }) {
  const path = apiPath(entity);
  return <DashboardTab path={`${path}/dashboard`} query={{ direction }} isCustom={false} spansPath={path} defaults={direction === 'inbound' ? inbound : outbound} />;
}

/** The dashboard of a runtime (.NET, Go, ...) over the pods of a workload or an application. */
export function CustomDashboardTab({ details, template }: { readonly details: ApplicationDetails | WorkloadDetails | ServiceDetails; readonly template: string }) {
  const labels = labelsOf(details);
  const query = {
    labelsFilters: Object.entries(labels).map(([key, value]) => `${key}:${value}`).join(','),
    ...(details.kind === 'applications' && { additionalLabels: 'version:Version' }),
    ...(details.kind === 'workloads' && { workload: details.name, workloadType: details.type }),
  };
  return (
    <DashboardTab
      path={`api/namespaces/${encodeURIComponent(details.namespace)}/customdashboard/${encodeURIComponent(template)}`}
      query={query}
      isCustom
      spansPath={null}
      defaults={custom}
    />
  );
}

function labelsOf(details: ApplicationDetails | WorkloadDetails | ServiceDetails): Record<string, string> {
  if (details.kind !== 'workloads') return { app: details.name };
  const { app, version } = details.labels;
  return { ...(app !== undefined && { app }), ...(version !== undefined && { version }) };
}
