import { Page, SkipToContent } from '@patternfly/react-core';
import { useState, type MouseEvent, type ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { t } from '../i18n';
import { ConsoleMasthead } from './ConsoleMasthead';
import { DegradedBanner } from './DegradedBanner';
import { Navigation } from './Navigation';
import { NotificationPanel } from './NotificationPanel';

/** A fragment would be resolved against <base href> and lead away from the page. */
function skip(event: MouseEvent): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}

const navigationKey = 'weft.navigation';

/** As the user left it; at first open where there is room. */
function useNavigationOpen(): readonly [boolean, (open: boolean) => void] {
  const [open, setOpen] = useState(() => {
    const kept = localStorage.getItem(navigationKey);
    return kept === null ? window.innerWidth >= 1360 : kept === 'open';
  });
  return [
    open,
    (next) => {
      localStorage.setItem(navigationKey, next ? 'open' : 'closed');
      setOpen(next);
    },
  ];
}

/** The frame of every page: masthead, navigation, content. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const [navigationOpen, setNavigationOpen] = useNavigationOpen();
  const [notificationsOpen, setNotificationsOpen] = useState(false);
  const [params] = useSearchParams();
  // Kiosk mode: the page alone, to be shown inside another program or on a wall.
  const isKiosk = params.has('kiosk') && params.get('kiosk') !== 'false';
  return (
    <Page
      mainContainerId="content"
      isContentFilled
      className={isKiosk ? 'weft-kiosk' : ''}
      masthead={
        isKiosk ? null : (
          <ConsoleMasthead
            navigationOpen={navigationOpen}
            onToggleNavigation={() => setNavigationOpen(!navigationOpen)}
            notificationsOpen={notificationsOpen}
            onToggleNotifications={() => setNotificationsOpen(!notificationsOpen)}
          />
        )
      }
      sidebar={isKiosk ? null : <Navigation open={navigationOpen} />}
      isNotificationDrawerExpanded={notificationsOpen && !isKiosk}
      notificationDrawer={<NotificationPanel onClose={() => setNotificationsOpen(false)} />}
      mainTabIndex={-1}
      skipToContent={
        <SkipToContent href="#content" onClick={skip}>
          {t('shell.skip')}
        </SkipToContent>
      }
    >
      <DegradedBanner />
      {children}
    </Page>
  );
}
