import { Label, ToolbarItem } from '@patternfly/react-core';
import { useMemo } from 'react';
import { useParams } from 'react-router';
import { fetchNamespaceHealth, type HealthType } from '../api/clusterHealth';
import { fetchNamespaceIstioConfig } from '../api/istio';
import { fetchNamespaces } from '../api/namespaces';
import { fetchNamespaceTls } from '../api/tls';
import { KindBadge } from '../entity/KindBadge';
import { LabelChips } from '../entity/LabelChips';
import { Fact } from '../graph/panel/Fact';
import type { GraphTarget } from '../graph/graphState';
import { t } from '../i18n';
import { MiniGraph } from '../mini/MiniGraph';
import { HealthCounts } from '../namespaces/HealthCounts';
import { MtlsIcon } from '../namespaces/MtlsIcon';
import { namespaceMode } from '../namespaces/namespaceRows';
import { useGo } from '../shell/ContextLink';
import { Lines } from '../shell/Lines';
import { PageFrame } from '../shell/PageFrame';
import { EmptyMessage, Loaded } from '../shell/PageMessage';
import { usePageQuery } from '../time/usePageQuery';
import { useTime } from '../time/useTime';
import { FactCard, Facts } from './FactCard';
import { IstioObjects } from './IstioObjects';
import { ShowMenu } from './ShowMenu';

const kinds = { app: 'applications', service: 'services', workload: 'workloads' } as const satisfies Record<HealthType, string>;
const wholeNamespace: GraphTarget = { kind: 'namespaces' };

/** A namespace: what is in it, how it fares, and its graph. */
export function NamespacePage() {
  const { namespace = '' } = useParams();
  const [{ duration }] = useTime();
  const go = useGo();
  const names = useMemo(() => [namespace], [namespace]);
  const namespaces = usePageQuery(['namespaces', 'page'], (signal) => fetchNamespaces(signal));
  const tls = usePageQuery(['tls', namespace], (signal) => fetchNamespaceTls(names, signal), { subject: 0 });
  const config = usePageQuery(['istio', 'namespace', namespace], (signal) => fetchNamespaceIstioConfig(namespace, signal), { subject: 0 });
  return (
    <PageFrame title={namespace} badge={<KindBadge kind="namespaces" />} crumbs={[{ text: t('nav.namespaces'), to: '/namespaces' }]} controls={<ToolbarItem><ShowMenu namespace={namespace} /></ToolbarItem>}>
      <Loaded query={namespaces} failure={t('namespaces.failed')} skeleton={<Lines count={9} />}>
        {(all) => {
          const found = all.find(({ name }) => name === namespace);
          if (found === undefined) {
            return (
              <EmptyMessage title={t('details.namespace.gone')} actions={[[t('details.namespace.list'), () => go('/namespaces')]]}>
                {t('details.namespace.gone.text', { namespace })}
              </EmptyMessage>
            );
          }
          return (
            <div className="weft-overview">
              <div className="weft-overview__facts">
                <FactCard title={t('list.namespace')} id="namespace-details-card">
                  <Facts>
                    <Fact term={t('list.cluster')}>{found.cluster}</Fact>
                    <Fact term={t('list.type')}>
                      {found.isControlPlane ? <Label isCompact color="blue">{t('namespaces.type.controlPlane')}</Label> : t('namespaces.type.dataPlane')}
                    </Fact>
                    <Fact term={t('namespaces.mode')}>{t(`namespaces.mode.${namespaceMode(found)}`)}</Fact>
                    <Fact term={t('namespaces.revision')}>{found.revision || '–'}</Fact>
                    <Fact term={t('namespaces.mtls')}>
                      <MtlsIcon tls={tls.data?.find((item) => item.namespace === namespace)} scope="namespace" withText />
                    </Fact>
                    <Fact term={t('list.labels')}>
                      <LabelChips labels={found.labels} most={6} />
                    </Fact>
                    <Fact term={t('details.annotations')}>
                      <LabelChips labels={withoutApplied(found.annotations)} most={2} />
                    </Fact>
                  </Facts>
                </FactCard>
                <FactCard title={t('details.resources')} id="namespace-resources-card">
                  <Facts>
                    {(['app', 'service', 'workload'] as const).map((type) => (
                      <Fact key={type} term={t(`nav.${kinds[type]}`)}>
                        <ResourceHealth type={type} namespace={namespace} duration={duration} />
                      </Fact>
                    ))}
                  </Facts>
                </FactCard>
                <FactCard title={t('nav.istio')} id="istio-config-card">
                  <Loaded query={config} failure={t('list.istio.failed')} skeleton={<Lines count={3} />}>
                    {(objects) => <IstioObjects objects={objects} />}
                  </Loaded>
                </FactCard>
              </div>
              <MiniGraph key={namespace} target={wholeNamespace} namespace={namespace} graphType="versionedApp" fullPath={`/graph/namespaces?namespaces=${encodeURIComponent(namespace)}`} />
            </div>
          );
        }}
      </Loaded>
    </PageFrame>
  );
}

function ResourceHealth({ type, namespace, duration }: { readonly type: HealthType; readonly namespace: string; readonly duration: number }) {
  const query = usePageQuery(['health', type, namespace, duration], (signal) => fetchNamespaceHealth(type, [namespace], duration, signal), { subject: 0 });
  if (query.data === undefined) return query.isError ? <span className="weft-subtle">{query.error?.message}</span> : <Lines count={1} />;
  return <HealthCounts health={query.data.find((item) => item.namespace === namespace)} namespace={namespace} kind={kinds[type]} />;
}

function withoutApplied(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !key.startsWith('kubectl.kubernetes.io/')));
}
