import { Tooltip } from '@patternfly/react-core';
import type { NamespaceHealth } from '../api/clusterHealth';
import type { HealthStatus } from '../api/graph';
import type { EntityKind } from '../api/lists';
import { StatusIcon } from '../entity/HealthIcon';
import { t } from '../i18n';
import { ContextLink } from '../shell/ContextLink';

const statuses: readonly HealthStatus[] = ['Failure', 'Degraded', 'Not Ready', 'Healthy', 'NA'];

/** How many members of a namespace are in which health; each number leads to the list of them. */
export function HealthCounts({ health, namespace, kind }: { readonly health: NamespaceHealth | undefined; readonly namespace: string; readonly kind: EntityKind }) {
  const present = health ? statuses.filter((status) => health.members[status].length > 0) : [];
  if (health === undefined || present.length === 0) return <span className="weft-subtle">{t('namespaces.noMembers')}</span>;
  return (
    <span className="weft-badges">
      {present.map((status) => {
        const names = health.members[status];
        return (
          <Tooltip key={status} content={`${t(`panel.health.${status}`)}: ${names.slice(0, 12).join(', ')}${names.length > 12 ? ' …' : ''}`}>
            <ContextLink
              className="weft-count"
              to={`/${kind}?namespaces=${encodeURIComponent(namespace)}&health=${encodeURIComponent(status)}`}
              aria-label={t('namespaces.count', { count: names.length, status: t(`panel.health.${status}`) })}
            >
              <StatusIcon status={status} /> {names.length}
            </ContextLink>
          </Tooltip>
        );
      })}
    </span>
  );
}
