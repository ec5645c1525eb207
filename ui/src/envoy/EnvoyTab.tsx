import { Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { useSearchParams } from 'react-router';
import type { WorkloadDetails } from '../api/details';
import { fetchBootstrap, fetchConfigDump, fetchProxyClusters, fetchProxyListeners, fetchProxyRoutes } from '../api/proxy';
import { CodeView } from '../code/CodeView';
import { CustomDashboardTab } from '../details/MetricsTab';
import { t } from '../i18n';
import type { ListDefinition } from '../lists/columns';
import { ListView } from '../lists/ListView';
import { Lines } from '../shell/Lines';
import { EmptyMessage, Loaded } from '../shell/PageMessage';
import { SimpleMenu } from '../shell/SimpleMenu';
import { usePageQuery } from '../time/usePageQuery';
import { clusterList, listenerList, routeList } from './proxyLists';
import './envoy.css';

const views = ['clusters', 'listeners', 'routes', 'bootstrap', 'config', 'metrics'] as const;
type View = (typeof views)[number];

/** What the proxy of a pod holds, as its admin page tells it. */
export function EnvoyTab({ details }: { readonly details: WorkloadDetails }) {
  const [params, setParams] = useSearchParams();
  const pods = details.pods.filter((pod) => [...pod.istioContainers, ...pod.containers].some(({ name }) => name === 'istio-proxy'));
  const view = views.find((item) => item === params.get('envoyTab')) ?? 'clusters';
  const pod = pods.find(({ name }) => name === params.get('pod')) ?? pods[0];
  const set = (name: string, value: string) =>
    setParams((current) => {
      const next = new URLSearchParams(current);
      next.set(name, value);
      // The sorting of one table means nothing in the next.
      if (name === 'envoyTab') for (const other of ['sort', 'direction']) next.delete(other);
      return next;
    });
  if (pod === undefined) return <EmptyMessage title={t('envoy.noPods')}>{t('details.pods.none')}</EmptyMessage>;
  const place = { namespace: details.namespace, pod: pod.name };
  return (
    <>
      <div className="weft-row weft-envoy__head">
        <SimpleMenu id="envoy_pods_list" label={t('logs.pod')} value={pod.name} choices={pods.map(({ name }) => ({ value: name, text: name }))} onChange={(name) => set('pod', name)} />
        <Tabs activeKey={view} onSelect={(_, key) => set('envoyTab', String(key))} isSubtab aria-label={t('envoy.views')}>
          {views.map((item) => (
            <Tab key={item} eventKey={item} title={<TabTitleText>{t(`envoy.${item}`)}</TabTitleText>} tabContentId="envoy-view" />
          ))}
        </Tabs>
      </div>
      <section id="envoy-view" role="tabpanel" aria-label={t(`envoy.${view}`)}>
        {view === 'clusters' && <Rows key={view} {...place} view={view} load={fetchProxyClusters} definition={clusterList} />}
        {view === 'listeners' && <Rows key={view} {...place} view={view} load={fetchProxyListeners} definition={listenerList} />}
        {view === 'routes' && <Rows key={view} {...place} view={view} load={fetchProxyRoutes} definition={routeList} />}
        {(view === 'bootstrap' || view === 'config') && <Dump key={view} {...place} view={view} />}
        {view === 'metrics' && <CustomDashboardTab details={details} template="envoy" />}
      </section>
    </>
  );
}

interface PlaceProps {
  readonly namespace: string;
  readonly pod: string;
  readonly view: View;
}

interface RowsProps<T> extends PlaceProps {
  readonly load: (namespace: string, pod: string, signal: AbortSignal) => Promise<readonly T[]>;
  readonly definition: ListDefinition<T>;
}

function Rows<T>({ namespace, pod, view, load, definition }: RowsProps<T>) {
  const query = usePageQuery(['proxy', namespace, pod, view], (signal) => load(namespace, pod, signal), { subject: 0 });
  return (
    <Loaded query={query} failure={t('envoy.failed', { pod })} skeleton={<ListView definition={definition} rows={undefined} />}>
      {(rows) => <ListView definition={definition} rows={rows} />}
    </Loaded>
  );
}

function Dump({ namespace, pod, view }: PlaceProps) {
  const load = view === 'bootstrap' ? fetchBootstrap : fetchConfigDump;
  const query = usePageQuery(['proxy', namespace, pod, view], (signal) => load(namespace, pod, signal), { subject: 0 });
  return (
    <Loaded query={query} failure={t('envoy.failed', { pod })} skeleton={<Lines count={12} />}>
      {(dump) => <CodeView text={JSON.stringify(dump, null, 2)} label={t(`envoy.${view}`)} fileName={`${pod}-${view}.json`} />}
    </Loaded>
  );
}
