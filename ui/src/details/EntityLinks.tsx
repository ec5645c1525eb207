import { List, ListItem } from '@patternfly/react-core';
import { detailsPath, type EntityKind } from '../api/lists';
import { MissingSidecar } from '../entity/EntityBadges';
import { KindBadge } from '../entity/KindBadge';
import { t } from '../i18n';
import { ContextLink } from '../shell/ContextLink';

export interface EntityLink {
  readonly kind: EntityKind;
  readonly namespace: string;
  readonly name: string;
  readonly note?: string;
  readonly isMissingSidecar?: boolean;
}

/** Related things, each a link. */
export function EntityLinks({ items }: { readonly items: readonly EntityLink[] }) {
  if (items.length === 0) return <span className="weft-subtle">{t('details.none')}</span>;
  return (
    <List isPlain>
      {items.map(({ kind, namespace, name, note, isMissingSidecar }) => (
        <ListItem key={`${kind} ${namespace} ${name}`}>
          <span className="weft-badges">
            <KindBadge kind={kind} />
            <ContextLink to={detailsPath(kind, namespace, name)}>{name}</ContextLink>
            {note !== undefined && note !== '' && <span className="weft-subtle">{note}</span>}
            {isMissingSidecar === true && <MissingSidecar />}
          </span>
        </ListItem>
      ))}
    </List>
  );
}
