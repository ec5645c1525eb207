import {
  Button,
  EmptyState,
  EmptyStateBody,
  NotificationDrawer,
  NotificationDrawerBody,
  NotificationDrawerHeader,
  NotificationDrawerList,
  NotificationDrawerListItem,
  NotificationDrawerListItemBody,
  NotificationDrawerListItemHeader,
} from '@patternfly/react-core';
import { BellIcon } from '@patternfly/react-icons/dist/esm/icons/bell-icon';
import { t } from '../i18n';
import { notifications, useNotifications } from './notifications';

/** All that was told, to be read again. */
export function NotificationPanel({ onClose }: { readonly onClose: () => void }) {
  const items = useNotifications();
  return (
    <NotificationDrawer role="region" aria-label={t('notifications.title')}>
      <NotificationDrawerHeader title={t('notifications.title')} count={items.filter(({ isRead }) => !isRead).length} onClose={onClose} />
      <NotificationDrawerBody>
        {items.length === 0 ? (
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
            <NotificationDrawerList>
              {items.map((item) => (
                <NotificationDrawerListItem key={item.id} variant={item.level} isRead={item.isRead} isHoverable={false}>
                  <NotificationDrawerListItemHeader variant={item.level} title={item.count > 1 ? `${item.title} (${item.count}×)` : item.title} headingLevel="h2" />
                  <NotificationDrawerListItemBody timestamp={new Date(item.last).toLocaleTimeString()}>{item.detail}</NotificationDrawerListItemBody>
                </NotificationDrawerListItem>
              ))}
            </NotificationDrawerList>
          </>
        )}
      </NotificationDrawerBody>
    </NotificationDrawer>
  );
}
