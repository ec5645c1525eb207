import { Bullseye, Button, EmptyState, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import { Component, type ReactNode } from 'react';
import { t } from '../i18n';

/** Keeps the shell alive when a page throws, and says what happened. */
export class PageErrorBoundary extends Component<{ readonly children: ReactNode }, { readonly error: Error | null }> {
  override state = { error: null };

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const error: Error | null = this.state.error;
    if (error === null) return this.props.children;
    return (
      <Bullseye>
        <EmptyState titleText={t('shell.failed')} headingLevel="h1" status="danger">
          <EmptyStateBody>{t('shell.failed.text', { error: (error as Error).message })}</EmptyStateBody>
          <EmptyStateFooter>
            <Button onClick={() => window.location.reload()}>{t('shell.failed.action')}</Button>
          </EmptyStateFooter>
        </EmptyState>
      </Bullseye>
    );
  }
}
