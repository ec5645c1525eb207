import type { ApplicationDetails, ServiceDetails, WorkloadDetails } from '../api/details';
import type { EntityKind } from '../api/lists';
import { t } from '../i18n';

/** Kiali's names of tabs in the URL; those of custom dashboards begin with `cd-`. */
export type TabId = 'info' | 'traffic' | 'logs' | 'in_metrics' | 'out_metrics' | 'metrics' | 'traces' | 'envoy' | 'ztunnel' | 'waypoint' | `cd-${string}`;

export interface DetailsTab {
  readonly id: TabId;
  readonly title: string;
}

/** The tabs of a page in Kiali's order. `details` is `null` until they are there. */
export function tabsOf(kind: EntityKind, details: ApplicationDetails | WorkloadDetails | ServiceDetails | null): readonly DetailsTab[] {
  const tab = (id: Exclude<TabId, `cd-${string}`>): DetailsTab => ({ id, title: t(`details.tab.${id}`) });
  if (kind === 'services') return [tab('info'), tab('traffic'), { id: 'metrics', title: t('details.tab.metrics') }, tab('traces')];
  const dashboards = details !== null && details.kind !== 'services' ? details.dashboards : [];
  const custom = dashboards.map(({ template, title }): DetailsTab => ({ id: `cd-${template}`, title }));
  if (kind === 'applications') return [tab('info'), tab('traffic'), tab('in_metrics'), tab('out_metrics'), tab('traces'), ...custom];
  const workload = details?.kind === 'workloads' ? details : null;
  const hasProxy = workload !== null && (workload.isWaypoint || workload.pods.some((pod) => [...pod.istioContainers, ...pod.containers].some((container) => container.name === 'istio-proxy')));
  return [tab('info'), tab('logs'), tab('traffic'), tab('in_metrics'), tab('out_metrics'), tab('traces'), ...(hasProxy ? [tab('envoy')] : []), ...(workload?.isZtunnel ? [tab('ztunnel')] : []), ...(workload?.isWaypoint ? [tab('waypoint')] : []), ...custom];
}
