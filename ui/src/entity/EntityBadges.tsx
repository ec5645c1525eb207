import { Icon, Label, Tooltip } from '@patternfly/react-core';
import { BookOpenIcon } from '@patternfly/react-icons/dist/esm/icons/book-open-icon';
import { BlueprintIcon } from '@patternfly/react-icons/dist/esm/icons/blueprint-icon';
import { GlobeRouteIcon } from '@patternfly/react-icons/dist/esm/icons/globe-route-icon';
import { TagIcon } from '@patternfly/react-icons/dist/esm/icons/tag-icon';
import { UnlockIcon } from '@patternfly/react-icons/dist/esm/icons/unlock-icon';
import { isAddress, type AdditionalDetail } from '../api/additionalDetails';
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

/** No AuthorizationPolicy says who may call it: a finding of the validation, where that is asked for. */
function isMissingPolicy({ validation }: Pick<ListItem, 'validation'>): boolean {
  return validation?.checks.some(({ code }) => code === 'KIA1301') === true;
}

function MissingPolicy() {
  return (
    <Tooltip content={t('entity.missingPolicy.text')}>
      <Label isCompact color="orange" variant="outline" icon={<UnlockIcon />} tabIndex={0} data-test="missing-policy-badge">
        {t('entity.missingPolicy')}
      </Label>
    </Tooltip>
  );
}

/** Documentation that the annotations name. */
function DetailBadge({ detail: { title, value, icon } }: { readonly detail: AdditionalDetail }) {
  return (
    <Tooltip content={`${title}: ${value}`}>
      <Label isCompact color="grey" variant="outline" icon={<BookOpenIcon />} data-test="additional-detail" {...(isAddress(value) ? { href: value, target: '_blank', rel: 'noreferrer' } : { tabIndex: 0 })}>
        {icon === '' ? title : t('entity.api', { kind: apiKinds[icon] ?? icon })}
      </Label>
    </Tooltip>
  );
}

/** Kinds of APIs by their own names. */
const apiKinds: Readonly<Record<string, string>> = { rest: 'REST', grpc: 'gRPC', graphql: 'GraphQL' };

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
      {isMissingPolicy(item) && <MissingPolicy />}
      {item.detail && <DetailBadge detail={item.detail} />}
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
