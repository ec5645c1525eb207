import { Nav, NavItem, NavList, PageSidebar, PageSidebarBody } from '@patternfly/react-core';
import { TopologyIcon } from '@patternfly/react-icons/dist/esm/icons/topology-icon';
import { NavLink, useLocation } from 'react-router';
import { t } from '../i18n';

/** The pages of the console, those that exist. */
const pages = [{ path: '/graph/namespaces', prefix: '/graph', text: 'nav.graph', icon: <TopologyIcon /> }] as const;

export function Navigation({ open }: { readonly open: boolean }) {
  const { pathname } = useLocation();
  return (
    <PageSidebar isSidebarOpen={open} id="weft-navigation">
      <PageSidebarBody>
        <Nav aria-label={t('shell.nav')}>
          <NavList>
            {pages.map((page) => {
              const active = pathname.startsWith(page.prefix);
              return (
                <NavItem key={page.path} itemId={page.path} isActive={active} icon={page.icon}>
                  <NavLink to={page.path} tabIndex={open ? 0 : -1}>
                    {t(page.text)}
                  </NavLink>
                </NavItem>
              );
            })}
          </NavList>
        </Nav>
      </PageSidebarBody>
    </PageSidebar>
  );
}
