import { Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { fetchComponents } from '../api/overview';
import { fetchMeshTls } from '../api/tls';
import { StatusIcon } from '../entity/HealthIcon';
import { t } from '../i18n';
import { MtlsIcon } from '../namespaces/MtlsIcon';
import { ContextLink } from './ContextLink';
import { HeadedPopover } from './HeadedPopover';

/** In the masthead: mesh-wide mTLS, and the parts of the mesh that are not well, if any. */
export function MeshStatus() {
  const tls = useQuery({ queryKey: ['masthead', 'tls'], queryFn: ({ signal }) => fetchMeshTls(signal), refetchInterval: 60_000, meta: { quiet: true } });
  const components = useQuery({ queryKey: ['masthead', 'components'], queryFn: ({ signal }) => fetchComponents(signal), refetchInterval: 30_000, meta: { quiet: true } });
  const bad = components.data?.filter(({ status }) => status !== 'Healthy' && status !== '') ?? [];
  return (
    <>
      {tls.data && <MtlsIcon tls={tls.data} scope="mesh" />}
      {bad.length > 0 && (
        <HeadedPopover
          label={t('status.title')}
          title={t('status.title')}
          body={
            <>
              {bad.map((component) => (
                <div key={`${component.cluster} ${component.name}`}>
                  <StatusIcon status={component.isCore ? 'Failure' : 'Degraded'} /> {component.name}: {component.status}
                </div>
              ))}
              <ContextLink to="/mesh">{t('overview.viewMesh')}</ContextLink>
            </>
          }
        >
          <Button variant="plain" aria-label={t('status.bad', { count: bad.length })} icon={<StatusIcon status={bad.some(({ isCore }) => isCore) ? 'Failure' : 'Degraded'} />} data-test="mesh-status" />
        </HeadedPopover>
      )}
    </>
  );
}
