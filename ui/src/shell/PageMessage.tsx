import { Alert, AlertActionLink, Button, Content, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import { CubesIcon } from '@patternfly/react-icons/dist/esm/icons/cubes-icon';
import { PauseCircleIcon } from '@patternfly/react-icons/dist/esm/icons/pause-circle-icon';
import type { ComponentType, ReactNode } from 'react';
import { ApiError } from '../api/http';
import { t } from '../i18n';
import { useRefresh } from '../time/Refresh';
import type { PageQuery } from '../time/usePageQuery';

type Action = readonly [text: string, act: () => void];

interface EmptyProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly icon?: ComponentType;
  readonly actions?: readonly Action[];
}

/** Nothing to show: why, and what to do next. */
export function EmptyMessage({ title, children, icon = CubesIcon, actions = [] }: EmptyProps) {
  return (
    <EmptyState titleText={title} headingLevel="h2" icon={icon} variant="sm" data-test="page-message">
      <EmptyStateBody>{children}</EmptyStateBody>
      <Actions actions={actions} />
    </EmptyState>
  );
}

/** Names the source that failed, in the server's own words. */
export function ErrorMessage({ title, error, onRetry }: { readonly title: string; readonly error: Error; readonly onRetry: () => void }) {
  return (
    <EmptyState titleText={title} headingLevel="h2" status="danger" variant="sm" data-test="page-message">
      <EmptyStateBody>
        <Content component="p">{error.message}</Content>
        <Content component="small">{sourceOf(error)}</Content>
      </EmptyStateBody>
      <Actions actions={[[t('action.retry'), onRetry]]} />
    </EmptyState>
  );
}

export function sourceOf(error: Error): string {
  if (!(error instanceof ApiError)) return '';
  const path = `/${error.path.split('?')[0] ?? ''}`;
  const where = error.status === null ? t('graph.error.unreachable', { path }) : t('graph.error.source', { path, status: error.status });
  return error.detail === null ? where : `${error.detail} · ${where}`;
}

function Actions({ actions }: { readonly actions: readonly Action[] }) {
  if (actions.length === 0) return null;
  return (
    <EmptyStateFooter>
      <EmptyStateActions>
        {actions.map(([text, act], i) => (
          <Button key={text} variant={i === 0 ? 'primary' : 'secondary'} onClick={act}>
            {text}
          </Button>
        ))}
      </EmptyStateActions>
    </EmptyStateFooter>
  );
}

interface LoadedProps<T> {
  readonly query: PageQuery<T>;
  /** Of the failure: "The workloads could not be loaded". */
  readonly failure: string;
  /** While the first answer is awaited. */
  readonly skeleton: ReactNode;
  readonly children: (data: T) => ReactNode;
}

/** An answer, or why there is none. An answer that could not be renewed stays, below a note. */
export function Loaded<T>({ query, failure, skeleton, children }: LoadedProps<T>) {
  const { refreshNow } = useRefresh();
  const retry = () => void query.refetch();
  if (query.data === undefined) {
    if (query.isError) return <ErrorMessage title={failure} error={query.error ?? new Error('')} onRetry={retry} />;
    if (query.isWaiting) {
      return (
        <EmptyMessage title={t('graph.manual')} icon={PauseCircleIcon} actions={[[t('time.refreshNow'), refreshNow]]}>
          {t('graph.manual.text')}
        </EmptyMessage>
      );
    }
    return skeleton;
  }
  return (
    <>
      {query.isError && (
        <Alert
          component="h2"
          variant="warning"
          isInline
          className="weft-stale"
          title={t('graph.stale', { error: query.error?.message ?? '' })}
          actionLinks={<AlertActionLink onClick={retry}>{t('action.retry')}</AlertActionLink>}
        >
          {query.error && sourceOf(query.error)}
        </Alert>
      )}
      {children(query.data)}
    </>
  );
}
