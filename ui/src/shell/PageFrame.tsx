import { Breadcrumb, BreadcrumbItem, Title, Toolbar, ToolbarContent, ToolbarGroup, ToolbarItem } from '@patternfly/react-core';
import { useEffect, type ReactNode } from 'react';
import { t } from '../i18n';
import { PageTimeControls } from '../time/PageTimeControls';
import { ContextLink } from './ContextLink';

interface Props {
  readonly title: string;
  /** Before the title: the badge of the kind, the health. */
  readonly badge?: ReactNode;
  readonly crumbs?: readonly { readonly text: string; readonly to: string }[];
  /** Beside the title: the namespace menu, actions. */
  readonly controls?: ReactNode;
  /** `range`: with a custom time range. `none`: the page does not depend on time. */
  readonly time?: 'last' | 'range' | 'none';
  /** The content fills the page and scrolls itself, as a canvas does. */
  readonly isFilled?: boolean;
  readonly children: ReactNode;
}

/** The frame of all pages but the graph: where one is, the time control, and the content that scrolls. */
export function PageFrame({ title, badge, crumbs = [], controls, time = 'last', isFilled = false, children }: Props) {
  useEffect(() => {
    document.title = `${title} | ${t('app.name')}`;
  }, [title]);
  return (
    <div className="weft-page">
      <header className="weft-page__header">
        {crumbs.length > 0 && (
          <Breadcrumb aria-label={t('page.path')}>
            {crumbs.map((crumb) => (
              <BreadcrumbItem key={crumb.to} render={({ className }) => <ContextLink to={crumb.to} className={className}>{crumb.text}</ContextLink>} />
            ))}
            <BreadcrumbItem isActive>{title}</BreadcrumbItem>
          </Breadcrumb>
        )}
        <Toolbar isStatic inset={{ default: 'insetNone' }}>
          <ToolbarContent>
            <ToolbarGroup gap={{ default: 'gapSm' }}>
              <ToolbarItem alignSelf="center">
                <Title headingLevel="h1" size="xl" className="weft-page__title">
                  {badge}
                  {title}
                </Title>
              </ToolbarItem>
              {controls}
            </ToolbarGroup>
            {time !== 'none' && <PageTimeControls ranges={time === 'range'} />}
          </ToolbarContent>
        </Toolbar>
      </header>
      <div className={isFilled ? 'weft-page__body weft-page__body--filled' : 'weft-page__body'} data-test="page-body">
        {children}
      </div>
    </div>
  );
}
