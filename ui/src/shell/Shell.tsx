import { Page, SkipToContent } from '@patternfly/react-core';
import { useState, type ReactNode } from 'react';
import { t } from '../i18n';
import { ConsoleMasthead } from './ConsoleMasthead';
import { Navigation } from './Navigation';

/** The frame of every page: masthead, navigation, content. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const [navigationOpen, setNavigationOpen] = useState(() => window.innerWidth >= 1600);
  return (
    <Page
      mainContainerId="content"
      isContentFilled
      masthead={<ConsoleMasthead navigationOpen={navigationOpen} onToggleNavigation={() => setNavigationOpen((open) => !open)} />}
      sidebar={<Navigation open={navigationOpen} />}
      skipToContent={<SkipToContent href="#content">{t('shell.skip')}</SkipToContent>}
    >
      {children}
    </Page>
  );
}
