import { Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import type { HealthStatus } from '../api/graph';
import { fetchComponents, type Component } from '../api/overview';
import { fetchMeshTls } from '../api/tls';
import { StatusIcon } from '../entity/HealthIcon';
import { t } from '../i18n';
import { MtlsIcon } from '../namespaces/MtlsIcon';
import { ContextLink } from './ContextLink';
import { HeadedPopover } from './HeadedPopover';
import { useConfig } from './useConfig';

/** In the masthead: the cluster and how the parts of its mesh fare, and mesh-wide mTLS. */
export function MeshStatus() {
  const tls = useQuery({ queryKey: ['masthead', 'tls'], queryFn: ({ signal }) => fetchMeshTls(signal), refetchInterval: 60_000, meta: { quiet: true } });
  const components = useQuery({ queryKey: ['masthead', 'components'], queryFn: ({ signal }) => fetchComponents(signal), refetchInterval: 30_000, meta: { quiet: true } });
  const cluster = useConfig()?.homeCluster ?? '';
  return (
    <span className="weft-meshStatus">
      {components.data && cluster !== '' && <ClusterStatus cluster={cluster} components={components.data} />}
      {tls.data && <MtlsIcon tls={tls.data} scope="mesh" />}
    </span>
  );
}

function ClusterStatus({ cluster, components }: { readonly cluster: string; readonly components: readonly Component[] }) {
  const bad = components.filter((component) => statusOf(component) !== 'Healthy');
  const worst: HealthStatus = bad.length === 0 ? 'Healthy' : bad.some(({ isCore }) => isCore) ? 'Failure' : 'Degraded';
  const title = bad.length === 0 ? t('status.good') : t('status.bad', { count: bad.length });
  return (
    <HeadedPopover
      label={title}
      title={title}
      body={
        <>
          {components.map((component) => (
            <div key={`${component.cluster} ${component.name}`}>
              <StatusIcon status={statusOf(component)} /> {component.name}
              {statusOf(component) !== 'Healthy' && `: ${component.status}`}
            </div>
          ))}
          <ContextLink to="/mesh">{t('overview.viewMesh')}</ContextLink>
        </>
      }
    >
      <Button variant="plain" className="weft-meshStatus__cluster" aria-label={t('status.cluster', { cluster, status: title })} icon={<StatusIcon status={worst} />} data-test="mesh-status">
        {cluster}
      </Button>
    </HeadedPopover>
  );
}

function statusOf({ status, isCore }: Component): HealthStatus {
  return status === 'Healthy' || status === '' ? 'Healthy' : isCore ? 'Failure' : 'Degraded';
}
