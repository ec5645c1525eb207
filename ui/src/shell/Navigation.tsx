import { Nav, NavItem, NavList, PageSidebar, PageSidebarBody } from '@patternfly/react-core';
import { ApplicationsIcon } from '@patternfly/react-icons/dist/esm/icons/applications-icon';
import { CubesIcon } from '@patternfly/react-icons/dist/esm/icons/cubes-icon';
import { FileCodeIcon } from '@patternfly/react-icons/dist/esm/icons/file-code-icon';
import { LayerGroupIcon } from '@patternfly/react-icons/dist/esm/icons/layer-group-icon';
import { NetworkIcon } from '@patternfly/react-icons/dist/esm/icons/network-icon';
import { ProjectDiagramIcon } from '@patternfly/react-icons/dist/esm/icons/project-diagram-icon';
import { ServiceIcon } from '@patternfly/react-icons/dist/esm/icons/service-icon';
import { StreamIcon } from '@patternfly/react-icons/dist/esm/icons/stream-icon';
import { TachometerAltIcon } from '@patternfly/react-icons/dist/esm/icons/tachometer-alt-icon';
import { useLocation } from 'react-router';
import { t } from '../i18n';
import { ContextLink } from './ContextLink';

/** The pages of the console, in Kiali's order. `matches`: which paths belong to a page. */
const pages = [
  { path: '/overview', text: 'nav.overview', icon: <TachometerAltIcon />, matches: /^\/overview/ },
  { path: '/graph/namespaces', text: 'nav.graph', icon: <ProjectDiagramIcon />, matches: /^\/graph/ },
  { path: '/mesh', text: 'nav.mesh', icon: <NetworkIcon />, matches: /^\/mesh/ },
  { path: '/namespaces', text: 'nav.namespaces', icon: <LayerGroupIcon />, matches: /^\/namespaces(\/[^/]+)?$/ },
  { path: '/applications', text: 'nav.applications', icon: <ApplicationsIcon />, matches: /^\/applications|^\/namespaces\/[^/]+\/applications/ },
  { path: '/services', text: 'nav.services', icon: <ServiceIcon />, matches: /^\/services|^\/namespaces\/[^/]+\/services/ },
  { path: '/workloads', text: 'nav.workloads', icon: <CubesIcon />, matches: /^\/workloads|^\/namespaces\/[^/]+\/workloads/ },
  { path: '/istio', text: 'nav.istio', icon: <FileCodeIcon />, matches: /^\/istio|^\/namespaces\/[^/]+\/istio/ },
  { path: '/tracing', text: 'nav.tracing', icon: <StreamIcon />, matches: /^\/tracing/ },
] as const;

export function Navigation({ open }: { readonly open: boolean }) {
  const { pathname } = useLocation();
  return (
    <PageSidebar isSidebarOpen={open} id="weft-navigation">
      <PageSidebarBody>
        <Nav aria-label={t('shell.nav')}>
          <NavList>
            {pages.map((page) => {
              const active = page.matches.test(pathname);
              return (
                <NavItem key={page.path} itemId={page.path} isActive={active}>
                  <ContextLink to={page.path} tabIndex={open ? 0 : -1} data-test={page.path.slice(1)} {...(active && { 'aria-current': 'page' as const })}>
                    <span className="pf-v6-c-nav__link-icon">{page.icon}</span>
                    <span className="pf-v6-c-nav__link-text">{t(page.text)}</span>
                  </ContextLink>
                </NavItem>
              );
            })}
          </NavList>
        </Nav>
      </PageSidebarBody>
    </PageSidebar>
  );
}
