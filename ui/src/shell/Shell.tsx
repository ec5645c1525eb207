import { Drawer, DrawerContent, DrawerContentBody, DrawerPanelContent, Page, SkipToContent } from '@patternfly/react-core';
import { useState, type MouseEvent, type ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { SessionWarning } from '../access/SessionWarning';
import { t } from '../i18n';
import { ConsoleMasthead } from './ConsoleMasthead';
import { DegradedBanner } from './DegradedBanner';
import { Navigation } from './Navigation';
import { NotificationPanel } from './NotificationPanel';
import { Toasts } from './Toasts';

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
  const closeNotifications = () => {
    setNotificationsOpen(false);
    document.querySelector<HTMLElement>('[data-test="notifications-badge"]')?.focus();
  };
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
      mainTabIndex={-1}
      skipToContent={
        <SkipToContent href="#content" onClick={skip}>
          {t('shell.skip')}
        </SkipToContent>
      }
    >
      <Toasts onOpen={() => setNotificationsOpen(true)} />
      {/* Page's own drawer covers the page; beside it, both can be read. */}
      <Drawer isInline isExpanded={notificationsOpen && !isKiosk} className="weft-drawer">
        <DrawerContent
          panelContent={
            <DrawerPanelContent widths={{ default: 'width_33', xl: 'width_25' }}>
              <NotificationPanel onClose={closeNotifications} />
            </DrawerPanelContent>
          }
        >
          <DrawerContentBody className="weft-drawer__page">
            <SessionWarning />
            <DegradedBanner />
            {children}
          </DrawerContentBody>
        </DrawerContent>
      </Drawer>
    </Page>
  );
}
