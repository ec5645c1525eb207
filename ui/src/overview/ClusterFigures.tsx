import type { Component } from '../api/overview';
import { StatusIcon } from '../entity/HealthIcon';
import { t } from '../i18n';
import { ContextLink } from '../shell/ContextLink';
import { isGood } from './isGood';

/** How many clusters are well, and of the others what is not: each leads to its part of the mesh. */
export function ClusterFigures({ clusters, components }: { readonly clusters: readonly string[]; readonly components: readonly Component[] }) {
  const bad = components.filter(({ status }) => !isGood(status));
  const ill = new Set(bad.map(({ cluster }) => cluster));
  const healthy = clusters.filter((name) => !ill.has(name)).length;
  return (
    <>
      <div className="weft-figures">
        <span>
          <StatusIcon status="Healthy" /> <strong>{healthy}</strong> {t('overview.status.Healthy')}
        </span>
        {ill.size > 0 && (
          <span>
            <StatusIcon status={bad.some(({ isCore }) => isCore) ? 'Failure' : 'Degraded'} /> <strong>{ill.size}</strong> {t('overview.issues', { count: ill.size })}
          </span>
        )}
      </div>
      {bad.length === 0 ? (
        <p className="weft-subtle weft-overview__note">{t('overview.parts', { count: components.length, names: clusters.join(', ') })}</p>
      ) : (
        <ul className="weft-overview__note weft-plainList">
          {bad.map(({ name, cluster, status }) => (
            <li key={`${cluster} ${name}`}>
              <ContextLink to={`/mesh?meshHide=${encodeURIComponent(`cluster != ${cluster}`)}`}>{cluster}</ContextLink>: {name}, {status}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
