import { Page, SkipToContent } from '@patternfly/react-core';
import { useState, type MouseEvent, type ReactNode } from 'react';
import { t } from '../i18n';
import { ConsoleMasthead } from './ConsoleMasthead';
import { Navigation } from './Navigation';

/** A fragment would be resolved against <base href> and lead away from the page. */
function skip(event: MouseEvent): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}

/** The frame of every page: masthead, navigation, content. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const [navigationOpen, setNavigationOpen] = useState(() => window.innerWidth >= 1600);
  return (
    <Page
      mainContainerId="content"
      isContentFilled
      masthead={<ConsoleMasthead navigationOpen={navigationOpen} onToggleNavigation={() => setNavigationOpen((open) => !open)} />}
      sidebar={<Navigation open={navigationOpen} />}
      mainTabIndex={-1}
      skipToContent={
        <SkipToContent href="#content" onClick={skip}>
          {t('shell.skip')}
        </SkipToContent>
      }
    >
      {children}
    </Page>
  );
}
