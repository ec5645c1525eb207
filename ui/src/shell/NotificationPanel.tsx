import {
  Button,
  EmptyState,
  EmptyStateBody,
  NotificationDrawer,
  NotificationDrawerBody,
  NotificationDrawerGroup,
  NotificationDrawerGroupList,
  NotificationDrawerHeader,
  NotificationDrawerList,
  NotificationDrawerListItem,
  NotificationDrawerListItemBody,
  NotificationDrawerListItemHeader,
} from '@patternfly/react-core';
import { BellIcon } from '@patternfly/react-icons/dist/esm/icons/bell-icon';
import { useState } from 'react';
import { t } from '../i18n';
import { notifications, useNotifications, type Notification, type NotificationLevel } from './notifications';

/** The gravest first. */
const levels: readonly NotificationLevel[] = ['danger', 'warning', 'success', 'info'];

/** All that was told, to be read again, by gravity. */
export function NotificationPanel({ onClose }: { readonly onClose: () => void }) {
  const items = useNotifications();
  const [closed, setClosed] = useState<ReadonlySet<NotificationLevel>>(new Set());
  const groups = levels.map((level) => ({ level, members: items.filter((item) => item.level === level) })).filter(({ members }) => members.length > 0);
  return (
    <NotificationDrawer role="region" aria-label={t('notifications.title')}>
      <NotificationDrawerHeader title={t('notifications.title')} count={items.filter(({ isRead }) => !isRead).length} onClose={onClose} />
      <NotificationDrawerBody>
        {groups.length === 0 ? (
          <EmptyState titleText={t('notifications.none')} headingLevel="h2" icon={BellIcon} variant="sm">
            <EmptyStateBody>{t('notifications.none.text')}</EmptyStateBody>
          </EmptyState>
        ) : (
          <>
            <div className="weft-notifications__actions">
              <Button variant="link" isInline onClick={() => notifications.readAll()}>
                {t('notifications.readAll')}
              </Button>
              <Button variant="link" isInline onClick={() => notifications.remove(null)}>
                {t('notifications.clear')}
              </Button>
            </div>
            <NotificationDrawerGroupList>
              {groups.map(({ level, members }) => (
                <NotificationDrawerGroup
                  key={level}
                  title={t(`notifications.group.${level}`)}
                  headingLevel="h2"
                  isExpanded={!closed.has(level)}
                  count={members.filter(({ isRead }) => !isRead).length}
                  isRead={members.every(({ isRead }) => isRead)}
                  onExpand={(_, isExpanded) => setClosed(new Set(isExpanded ? [...closed].filter((each) => each !== level) : [...closed, level]))}
                >
                  <NotificationDrawerList isHidden={closed.has(level)}>
                    {members.map((item) => (
                      <Item key={item.id} item={item} />
                    ))}
                  </NotificationDrawerList>
                </NotificationDrawerGroup>
              ))}
            </NotificationDrawerGroupList>
          </>
        )}
      </NotificationDrawerBody>
    </NotificationDrawer>
  );
}

function Item({ item: { level, title, detail, first, last, count, isRead } }: { readonly item: Notification }) {
  const [isOpen, setOpen] = useState(false);
  const isLong = detail.length > 150 || detail.split('\n').length > 3;
  const at = (time: number) => new Date(time).toLocaleTimeString();
  return (
    <NotificationDrawerListItem variant={level} isRead={isRead} isHoverable={false}>
      <NotificationDrawerListItemHeader variant={level} title={title} headingLevel="h3" />
      <NotificationDrawerListItemBody timestamp={count > 1 ? t('notifications.repeated', { count, first: at(first), last: at(last) }) : at(last)}>
        {(!isLong || isOpen) && <span className="weft-toasts__detail">{detail}</span>}
        {isLong && (
          <Button variant="link" isInline aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {t(isOpen ? 'notifications.detail.hide' : 'notifications.detail.show')}
          </Button>
        )}
      </NotificationDrawerListItemBody>
    </NotificationDrawerListItem>
  );
}
