import { useSearchParams } from 'react-router';
import { fetchZtunnelConfig } from '../api/ambient';
import type { WorkloadDetails } from '../api/details';
import { t } from '../i18n';
import { ListView } from '../lists/ListView';
import { DashboardTab } from '../metrics/DashboardTab';
import { defaultMetrics } from '../metrics/metricsState';
import { EmptyMessage, Loaded } from '../shell/PageMessage';
import { SimpleMenu } from '../shell/SimpleMenu';
import { usePageQuery } from '../time/usePageQuery';
import { SubTabs } from './SubTabs';
import { ztunnelServices, ztunnelWorkloads } from './ztunnelLists';
import '../envoy/envoy.css';

/** What a ztunnel knows of its mesh, and what it carries. */
export function ZtunnelTab({ details }: { readonly details: WorkloadDetails }) {
  const [params, setParams] = useSearchParams();
  const { namespace, name, pods } = details;
  const pod = pods.find((each) => each.name === params.get('pod')) ?? pods[0];
  if (pod === undefined) return <EmptyMessage title={t('envoy.noPods')}>{t('details.pods.none')}</EmptyMessage>;
  const choose = (chosen: string) =>
    setParams((current) => {
      const next = new URLSearchParams(current);
      next.set('pod', chosen);
      return next;
    });
  return (
    <SubTabs
      parameter="ztunnelTab"
      label={t('details.tab.ztunnel')}
      head={<SimpleMenu id="ztunnel_pods_list" label={t('logs.pod')} value={pod.name} choices={pods.map((each) => ({ value: each.name, text: each.name }))} onChange={choose} />}
      tabs={[
        { id: 'services', title: t('nav.services') },
        { id: 'workloads', title: t('nav.workloads') },
        { id: 'metrics', title: t('envoy.metrics') },
      ]}
    >
      {(tab) =>
        tab === 'metrics' ? (
          <DashboardTab path={`api/namespaces/${encodeURIComponent(namespace)}/ztunnel/${encodeURIComponent(name)}/dashboard`} query={{}} isCustom spansPath={null} defaults={defaultMetrics} />
        ) : (
          <Known key={tab} namespace={namespace} pod={pod.name} tab={tab} />
        )
      }
    </SubTabs>
  );
}

function Known({ namespace, pod, tab }: { readonly namespace: string; readonly pod: string; readonly tab: 'services' | 'workloads' }) {
  const query = usePageQuery(['ztunnel', namespace, pod], (signal) => fetchZtunnelConfig(namespace, pod, signal), { subject: 0 });
  return (
    <Loaded query={query} failure={t('ambient.failed', { pod })} skeleton={tab === 'services' ? <ListView definition={ztunnelServices} rows={undefined} /> : <ListView definition={ztunnelWorkloads} rows={undefined} />}>
      {({ services, workloads }) => (tab === 'services' ? <ListView definition={ztunnelServices} rows={services} /> : <ListView definition={ztunnelWorkloads} rows={workloads} />)}
    </Loaded>
  );
}
