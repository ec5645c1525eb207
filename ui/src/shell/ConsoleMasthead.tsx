import {
  Button,
  Dropdown,
  DropdownItem,
  DropdownList,
  Masthead,
  MastheadBrand,
  MastheadContent,
  MastheadLogo,
  MastheadMain,
  MastheadToggle,
  MenuToggle,
  NotificationBadge,
  PageToggleButton,
  Toolbar,
  ToolbarContent,
  ToolbarGroup,
  ToolbarItem,
} from '@patternfly/react-core';
import { CogIcon } from '@patternfly/react-icons/dist/esm/icons/cog-icon';
import { MoonIcon } from '@patternfly/react-icons/dist/esm/icons/moon-icon';
import { QuestionCircleIcon } from '@patternfly/react-icons/dist/esm/icons/question-circle-icon';
import { SunIcon } from '@patternfly/react-icons/dist/esm/icons/sun-icon';
import { useState } from 'react';
import { Link } from 'react-router';
import { webRoot } from '../api/http';
import { UserMenu } from '../access/UserMenu';
import { t } from '../i18n';
import { SettingsDialog } from '../settings/SettingsDialog';
import { AboutDialog } from './AboutDialog';
import { DebugDialog } from './DebugDialog';
import { Logo } from './Logo';
import { MeshStatus } from './MeshStatus';
import { useNotifications } from './notifications';
import { useTheme } from './theme';

interface Props {
  readonly navigationOpen: boolean;
  readonly onToggleNavigation: () => void;
  readonly notificationsOpen: boolean;
  readonly onToggleNotifications: () => void;
}

export function ConsoleMasthead({ navigationOpen, onToggleNavigation, notificationsOpen, onToggleNotifications }: Props) {
  const [theme, toggleTheme] = useTheme();
  const [dialog, setDialog] = useState<'about' | 'debug' | 'settings' | null>(null);
  const items = useNotifications();
  const unread = items.filter(({ isRead }) => !isRead);
  return (
    <Masthead>
      <MastheadMain>
        <MastheadToggle>
          <PageToggleButton
            isHamburgerButton
            aria-label={t('shell.toggleNav')}
            isSidebarOpen={navigationOpen}
            onSidebarToggle={onToggleNavigation}
            id="nav-toggle"
          />
        </MastheadToggle>
        <MastheadBrand>
          <MastheadLogo component={(props) => <Link {...props} to="/" aria-label={t('app.console')} />}>
            <Logo />
          </MastheadLogo>
        </MastheadBrand>
      </MastheadMain>
      <MastheadContent>
        <Toolbar isStatic>
          <ToolbarContent>
            <ToolbarGroup variant="action-group-plain" align={{ default: 'alignEnd' }}>
              <ToolbarItem alignSelf="center">
                <MeshStatus />
              </ToolbarItem>
              <ToolbarItem>
                <NotificationBadge
                  variant={unread.some(({ level }) => level === 'danger') ? 'attention' : unread.length > 0 ? 'unread' : 'read'}
                  count={unread.length}
                  aria-label={t('notifications.badge', { count: unread.length })}
                  isExpanded={notificationsOpen}
                  onClick={onToggleNotifications}
                  data-test="notifications-badge"
                />
              </ToolbarItem>
              <ToolbarItem>
                <Button
                  variant="plain"
                  data-test="theme-toggle"
                  aria-label={t(theme === 'dark' ? 'shell.theme.light' : 'shell.theme.dark')}
                  icon={theme === 'dark' ? <SunIcon /> : <MoonIcon />}
                  onClick={toggleTheme}
                />
              </ToolbarItem>
              <ToolbarItem>
                <Button variant="plain" icon={<CogIcon />} aria-label={t('settings.title')} aria-haspopup="dialog" data-test="settings" onClick={() => setDialog('settings')} />
              </ToolbarItem>
              <ToolbarItem>
                <HelpMenu onOpen={setDialog} />
              </ToolbarItem>
              <UserMenu />
            </ToolbarGroup>
          </ToolbarContent>
        </Toolbar>
      </MastheadContent>
      {dialog === 'about' && <AboutDialog onClose={() => setDialog(null)} />}
      {dialog === 'settings' && <SettingsDialog onClose={() => setDialog(null)} />}
      {dialog === 'debug' && <DebugDialog onClose={() => setDialog(null)} />}
    </Masthead>
  );
}

function HelpMenu({ onOpen }: { readonly onOpen: (dialog: 'about' | 'debug') => void }) {
  const [open, setOpen] = useState(false);
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: 'end' }}
      toggle={(ref) => (
        <MenuToggle
          ref={ref}
          variant="plain"
          isExpanded={open}
          aria-label={t('shell.help')}
          data-test="about-help-button"
          icon={<QuestionCircleIcon />}
          onClick={() => setOpen(!open)}
        />
      )}
    >
      <DropdownList>
        <DropdownItem to={`${webRoot()}api/openapi.json`} target="_blank" rel="noreferrer">
          {t('shell.help.api')}
        </DropdownItem>
        <DropdownItem onClick={() => onOpen('debug')}>{t('shell.help.debug')}</DropdownItem>
        <DropdownItem onClick={() => onOpen('about')}>{t('shell.help.about')}</DropdownItem>
      </DropdownList>
    </Dropdown>
  );
}
