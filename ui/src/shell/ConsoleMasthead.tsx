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
  PageToggleButton,
  Toolbar,
  ToolbarContent,
  ToolbarGroup,
  ToolbarItem,
} from '@patternfly/react-core';
import { MoonIcon } from '@patternfly/react-icons/dist/esm/icons/moon-icon';
import { QuestionCircleIcon } from '@patternfly/react-icons/dist/esm/icons/question-circle-icon';
import { SunIcon } from '@patternfly/react-icons/dist/esm/icons/sun-icon';
import { useState } from 'react';
import { Link } from 'react-router';
import { t } from '../i18n';
import { AboutDialog } from './AboutDialog';
import { Logo } from './Logo';
import { useTheme } from './theme';

interface Props {
  readonly navigationOpen: boolean;
  readonly onToggleNavigation: () => void;
}

export function ConsoleMasthead({ navigationOpen, onToggleNavigation }: Props) {
  const [theme, toggleTheme] = useTheme();
  const [aboutOpen, setAboutOpen] = useState(false);
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
                <HelpMenu onAbout={() => setAboutOpen(true)} />
              </ToolbarItem>
            </ToolbarGroup>
          </ToolbarContent>
        </Toolbar>
      </MastheadContent>
      {aboutOpen && <AboutDialog onClose={() => setAboutOpen(false)} />}
    </Masthead>
  );
}

function HelpMenu({ onAbout }: { readonly onAbout: () => void }) {
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
        <DropdownItem onClick={onAbout}>{t('shell.help.about')}</DropdownItem>
      </DropdownList>
    </Dropdown>
  );
}
