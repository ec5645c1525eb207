import { Divider, Dropdown, DropdownGroup, DropdownItem, DropdownList, MenuToggle, ToolbarItem } from '@patternfly/react-core';
import { UserIcon } from '@patternfly/react-icons/dist/esm/icons/user-icon';
import { useState } from 'react';
import { t } from '../i18n';
import { useSession, useSessionActions } from './session';

/** Who is logged in, until when, and the way out. Nothing where nobody need log in. */
export function UserMenu() {
  const { username, expiresOn, strategy } = useSession();
  const { stay, leave } = useSessionActions();
  const [open, setOpen] = useState(false);
  if (username === '') return null;
  return (
    <ToolbarItem>
      <Dropdown
        isOpen={open}
        onOpenChange={setOpen}
        onSelect={() => setOpen(false)}
        popperProps={{ position: 'end' }}
        toggle={(ref) => (
          <MenuToggle ref={ref} variant="plainText" className="weft-user" isExpanded={open} icon={<UserIcon />} aria-label={t('session.user', { name: username })} data-test="user-menu" onClick={() => setOpen(!open)}>
            <span className="weft-user__name">{shortName(username)}</span>
          </MenuToggle>
        )}
      >
        <DropdownGroup label={username} labelHeadingLevel="h2">
          <DropdownList>
            {expiresOn !== null && <DropdownItem isDisabled>{t('session.until', { time: new Date(expiresOn).toLocaleString() })}</DropdownItem>}
            {/* The header strategy's session belongs to the proxy in front. */}
            {strategy === 'token' && <Divider />}
            {strategy === 'token' && <DropdownItem onClick={stay}>{t('session.stay')}</DropdownItem>}
            {strategy === 'token' && (
              <DropdownItem onClick={leave} data-test="logout">
                {t('session.logout')}
              </DropdownItem>
            )}
          </DropdownList>
        </DropdownGroup>
      </Dropdown>
    </ToolbarItem>
  );
}

/** `system:serviceaccount:istio-system:weft` as `weft`. */
export function shortName(username: string): string {
  return username.split(':').at(-1) || username;
}
