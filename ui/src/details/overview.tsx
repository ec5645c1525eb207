import { isAddress, type AdditionalDetail } from '../api/additionalDetails';
import type { ApplicationDetails, ServiceDetails, WorkloadDetails } from '../api/details';
import { fetchNamespaceIstioConfig } from '../api/istio';
import { HealthFacts, HealthIcon } from '../entity/HealthIcon';
import { isMissingSidecar, MissingSidecar } from '../entity/EntityBadges';
import { LabelChips } from '../entity/LabelChips';
import { Checks } from '../entity/ValidationIcon';
import { Fact } from '../graph/panel/Fact';
import { t } from '../i18n';
import { MtlsIcon } from '../namespaces/MtlsIcon';
import { Loaded } from '../shell/PageMessage';
import { Lines } from '../shell/Lines';
import { ago } from '../time/time';
import { usePageQuery } from '../time/usePageQuery';
import { EntityLinks, type EntityLink } from './EntityLinks';
import { FactCard, Facts } from './FactCard';
import { IstioObjects } from './IstioObjects';
import { PodTable } from './PodTable';

const injectionKey = 'sidecar.istio.io/inject';

/** Kubernetes' own bookkeeping, which nobody reads here. */
const noise = /^(kubectl\.kubernetes\.io\/|deployment\.kubernetes\.io\/revision$)/;

function useful(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !noise.test(key)));
}

export function ApplicationOverview({ details, isControlPlane }: { readonly details: ApplicationDetails; readonly isControlPlane: boolean }) {
  const { namespace } = details;
  return (
    <>
      <FactCard title={t('details.application')} id="app-details-card">
        <Facts>
          <Fact term={t('list.health')}>
            <HealthIcon health={details.health} name={details.name} withText />
          </Fact>
          <Fact term={t('list.label')}>
            <LabelChips labels={{ app: details.name }} />
          </Fact>
          <Fact term={t('nav.workloads')}>
            <EntityLinks items={workloadLinks(details, isControlPlane)} />
          </Fact>
          <Fact term={t('nav.services')}>
            <EntityLinks items={details.services.map((name) => ({ kind: 'services', namespace, name }))} />
          </Fact>
        </Facts>
      </FactCard>
      <FactCard title={t('list.health')}>
        <HealthFacts health={details.health} />
      </FactCard>
    </>
  );
}

export function WorkloadOverview({ details, isControlPlane }: { readonly details: WorkloadDetails; readonly isControlPlane: boolean }) {
  const { namespace, name } = details;
  const selector = Object.entries(details.labels).filter(([key]) => key === 'app' || key === 'version').map(([key, value]) => `${key}=${value}`).join(',');
  const config = usePageQuery(['istio', 'workload', namespace, selector], (signal) => fetchNamespaceIstioConfig(namespace, signal, { workloadSelector: selector }), { enabled: selector !== '' });
  const isMissing = isMissingSidecar({ ...details, kind: 'workloads' }, isControlPlane);
  return (
    <>
      <FactCard title={t('details.workload')} id="workload-details-card">
        <Facts>
          <Fact term={t('list.health')}>
            <HealthIcon health={details.health} name={name} withText />
          </Fact>
          <Fact term={t('list.type')}>
            {details.type} {details.apiVersion !== '' && <span className="weft-subtle">{details.apiVersion}</span>}
          </Fact>
          <Fact term={t('details.replicas')}>{t('details.replicas.text', { available: details.replicas.available, desired: details.replicas.desired })}</Fact>
          <Fact term={t('namespaces.mode')}>
            {isMissing ? <MissingSidecar /> : details.isAmbient ? t('namespaces.mode.ambient') : details.isGateway ? t('entity.gateway') : t(details.hasSidecar ? 'namespaces.mode.sidecar' : 'namespaces.mode.none')}
          </Fact>
          <Injection details={details} />
          <Created at={details.createdAt} />
          <Fact term={t('details.resourceVersion')}>{details.resourceVersion || '–'}</Fact>
          <Fact term={t('details.serviceAccount')}>{details.serviceAccounts.join(', ') || '–'}</Fact>
          <Fact term={t('nav.applications')}>
            <EntityLinks items={details.labels.app === undefined ? [] : [{ kind: 'applications', namespace, name: details.labels.app }]} />
          </Fact>
          <Fact term={t('nav.services')}>
            <EntityLinks items={details.services.map((service) => ({ kind: 'services', namespace, name: service }))} />
          </Fact>
          {!details.isWaypoint && details.waypointWorkloads.length > 0 && (
            <Fact term={t('entity.waypoint')}>
              <EntityLinks items={details.waypointWorkloads.map((link) => ({ kind: 'workloads', namespace: link.namespace, name: link.name }))} />
            </Fact>
          )}
          {details.workloadEntries.length > 0 && <Fact term="WorkloadEntry">{details.workloadEntries.join(', ')}</Fact>}
          <Additional details={details.additional} />
          <Labels labels={details.labels} annotations={{ ...details.templateAnnotations, ...details.annotations }} />
        </Facts>
        {details.validation && details.validation.checks.length > 0 && <Checks checks={details.validation.checks} />}
      </FactCard>
      <FactCard title={t('list.health')}>
        <HealthFacts health={details.health} />
      </FactCard>
      <FactCard title={`${t('details.pods')} (${details.pods.length})`} id="pods-card">
        <PodTable pods={details.pods} expects={{ sidecar: isMissing, labels: !isControlPlane && !details.isGateway && !details.isZtunnel && !details.isWaypoint }} />
      </FactCard>
      <FactCard title={t('nav.istio')} id="istio-config-card">
        {selector === '' ? (
          <p className="weft-subtle">{t('details.istio.noLabels')}</p>
        ) : (
          <Loaded query={config} failure={t('list.istio.failed')} skeleton={<Lines count={3} />}>
            {(objects) => <IstioObjects objects={objects} />}
          </Loaded>
        )}
      </FactCard>
    </>
  );
}

export function ServiceOverview({ details, isControlPlane }: { readonly details: ServiceDetails; readonly isControlPlane: boolean }) {
  const { namespace, name } = details;
  const apps = [...new Set(details.workloads.map((workload) => workload.labels.app).filter((app) => app !== undefined))];
  return (
    <>
      <FactCard title={t('details.service')} id="service-details-card">
        <Facts>
          <Fact term={t('list.health')}>
            <HealthIcon health={details.health} name={name} withText />
          </Fact>
          <Fact term={t('list.type')}>{details.type || '–'}</Fact>
          <Fact term={t('namespaces.mtls')}>
            <MtlsIcon tls={details.tls ?? undefined} scope="namespace" withText />
          </Fact>
          <Created at={details.createdAt} />
          <Fact term={t('details.resourceVersion')}>{details.resourceVersion || '–'}</Fact>
          <Fact term={t('nav.applications')}>
            <EntityLinks items={apps.map((app) => ({ kind: 'applications', namespace, name: app }))} />
          </Fact>
          <Fact term={t('nav.workloads')}>
            <EntityLinks items={workloadLinks(details, isControlPlane)} />
          </Fact>
          <Fact term={t('details.selector')}>
            <LabelChips labels={details.selector} />
          </Fact>
          <Additional details={details.additional} />
          <Labels labels={details.labels} annotations={details.annotations} />
        </Facts>
        {details.validation && details.validation.checks.length > 0 && <Checks checks={details.validation.checks} />}
      </FactCard>
      <FactCard title={t('list.health')}>
        <HealthFacts health={details.health} />
      </FactCard>
      <FactCard title={t('details.network')} id="service-network-card">
        <Facts>
          <Fact term={t('details.ips')}>{details.ips.join(', ') || '–'}</Fact>
          {details.externalName !== '' && <Fact term={t('details.externalName')}>{details.externalName}</Fact>}
          <Fact term={t('details.hostnames')}>{details.type === 'External' ? name : `${name}.${namespace}.svc.cluster.local`}</Fact>
          <Fact term={t('details.ports')}>
            {details.ports.length === 0 && '–'}
            {details.ports.map((port) => (
              <div key={`${port.name} ${port.port}`}>
                {port.protocol} {port.name} ({port.port}
                {port.targetPort !== '' && port.targetPort !== String(port.port) && ` → ${port.targetPort}`}) {port.appProtocol !== '' && <span className="weft-subtle">{port.appProtocol}</span>}
              </div>
            ))}
          </Fact>
          <Fact term={t('details.endpoints')}>
            {details.endpoints.length === 0 && <span className="weft-subtle">{t('details.endpoints.none')}</span>}
            {details.endpoints.map((endpoint) => (
              <div key={endpoint.ip}>
                {endpoint.ip} <span className="weft-subtle">{endpoint.name}</span>
              </div>
            ))}
          </Fact>
        </Facts>
      </FactCard>
      <FactCard title={t('nav.istio')} id="istio-config-card">
        <IstioObjects objects={details.objects} />
      </FactCard>
    </>
  );
}

function workloadLinks(details: ApplicationDetails | ServiceDetails, isControlPlane: boolean): readonly EntityLink[] {
  return details.workloads.map((workload) => ({
    kind: 'workloads',
    namespace: workload.namespace || details.namespace,
    name: workload.name,
    note: workload.labels.version ?? '',
    isMissingSidecar: isMissingSidecar({ ...workload, kind: 'workloads', isWaypoint: false }, isControlPlane),
  }));
}

/** What a workload itself says of its injection, against its namespace. A label wins over the older annotation. */
function Injection({ details }: { readonly details: WorkloadDetails }) {
  const asked = details.labels[injectionKey] ?? details.templateAnnotations[injectionKey];
  if (asked !== 'true' && asked !== 'false') return null;
  return <Fact term={t('details.injection')}>{t(`details.injection.${asked}`, { key: injectionKey })}</Fact>;
}

function Created({ at }: { readonly at: string }) {
  if (at === '') return null;
  return (
    <Fact term={t('list.created')}>
      <time dateTime={at}>
        {new Date(at).toLocaleString()} <span className="weft-subtle">{ago(Date.parse(at), Date.now())}</span>
      </time>
    </Fact>
  );
}

function Additional({ details }: { readonly details: readonly AdditionalDetail[] }) {
  return details.map(({ title, value }) => (
    <Fact key={title + value} term={title}>
      {isAddress(value) ? (
        <a href={value} target="_blank" rel="noreferrer">
          {value}
        </a>
      ) : (
        value
      )}
    </Fact>
  ));
}

function Labels({ labels, annotations }: { readonly labels: Readonly<Record<string, string>>; readonly annotations: Readonly<Record<string, string>> }) {
  return (
    <>
      <Fact term={t('list.labels')}>
        <LabelChips labels={labels} most={6} />
      </Fact>
      <Fact term={t('details.annotations')}>
        <LabelChips labels={useful(annotations)} most={2} />
      </Fact>
    </>
  );
}
