import { Icon, Label, Tooltip } from '@patternfly/react-core';
import { BlueprintIcon } from '@patternfly/react-icons/dist/esm/icons/blueprint-icon';
import { GlobeRouteIcon } from '@patternfly/react-icons/dist/esm/icons/globe-route-icon';
import { TagIcon } from '@patternfly/react-icons/dist/esm/icons/tag-icon';
import type { ListItem } from '../api/lists';
import { objectPath, type ObjectReference } from '../api/references';
import { t } from '../i18n';
import { ContextLink } from '../shell/ContextLink';
import { KindBadge } from './KindBadge';

/** The sidecar is missing where one is to be expected: not in the control plane, not on gateways, not in ambient mode. */
export function isMissingSidecar(item: Pick<ListItem, 'kind' | 'hasSidecar' | 'isAmbient' | 'isGateway' | 'isWaypoint' | 'type'>, isControlPlane: boolean): boolean {
  if (isControlPlane || item.hasSidecar || item.isAmbient || item.isGateway || item.isWaypoint) return false;
  return item.kind !== 'services' || item.type === 'Kubernetes' || item.type === '';
}

export function MissingSidecar() {
  return (
    <Tooltip content={t('entity.missingSidecar.text')}>
      <Label isCompact color="red" variant="outline" icon={<Icon status="danger" isInline><BlueprintIcon /></Icon>} tabIndex={0} data-test="missing-sidecar-badge">
        {t('entity.missingSidecar')}
      </Label>
    </Tooltip>
  );
}

/** The Details column: what is remarkable about an application, workload or service. */
export function EntityBadges({ item, isControlPlane }: { readonly item: ListItem; readonly isControlPlane: boolean }) {
  const missing: string[] = [];
  if (item.hasAppLabel === false && item.kind === 'workloads') missing.push('app');
  if (item.hasVersionLabel === false) missing.push('version');
  return (
    <span className="weft-badges">
      {isMissingSidecar(item, isControlPlane) && <MissingSidecar />}
      {item.isAmbient && <Label isCompact color="teal" variant="outline">{t('entity.ambient')}</Label>}
      {item.isWaypoint && <Label isCompact color="teal" variant="outline">{t('entity.waypoint')}</Label>}
      {item.isGateway && <Label isCompact color="blue" variant="outline" icon={<GlobeRouteIcon />}>{t('entity.gateway')}</Label>}
      {missing.length > 0 && !isControlPlane && !item.isGateway && (
        <Tooltip content={t('entity.missingLabel.text')}>
          <Label isCompact color="orange" variant="outline" icon={<TagIcon />} tabIndex={0}>
            {t('entity.missingLabel', { labels: missing.join(', ') })}
          </Label>
        </Tooltip>
      )}
      {item.references.map((reference) => (
        <ReferenceBadge key={`${reference.kind}/${reference.namespace}/${reference.name}`} reference={reference} />
      ))}
    </span>
  );
}

/** A link to an object of Istio. */
export function ReferenceBadge({ reference }: { readonly reference: ObjectReference }) {
  return (
    <span className="weft-badges">
      <KindBadge kind={reference.kind} />
      <ContextLink to={objectPath(reference)}>{reference.name}</ContextLink>
    </span>
  );
}
