import { Button, Card, CardBody, CardFooter, CardTitle } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { t } from '../i18n';
import { ContextLink } from '../shell/ContextLink';
import { Lines } from '../shell/Lines';
import { sourceOf } from '../shell/PageMessage';
import type { PageQuery } from '../time/usePageQuery';

interface AnswerProps<T> {
  readonly query: PageQuery<T>;
  readonly lines?: number;
  readonly children: (data: T) => ReactNode;
}

interface Props<T> extends AnswerProps<T> {
  readonly title: string;
  readonly footer: readonly [text: string, to: string];
}

/** A card with its own source: one that fails says so itself, the others stand. */
export function OverviewCard<T>({ title, query, lines = 2, footer, children }: Props<T>) {
  return (
    <Card isCompact isFullHeight className="weft-card" data-test={`overview-${title}`}>
      <CardTitle component="h2">{title}</CardTitle>
      <CardBody>
        <CardAnswer query={query} lines={lines}>
          {children}
        </CardAnswer>
      </CardBody>
      <CardFooter>
        <ContextLink to={footer[1]}>{footer[0]}</ContextLink>
      </CardFooter>
    </Card>
  );
}

/** What a source has told, or why it has told nothing yet. */
export function CardAnswer<T>({ query, lines = 2, children }: AnswerProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) {
    return (
      <div role="alert">
        {t('overview.failed', { error: query.error?.message ?? '' })} <small className="weft-subtle">{query.error && sourceOf(query.error)}</small>{' '}
        <Button variant="link" isInline onClick={() => void query.refetch()}>
          {t('action.retry')}
        </Button>
      </div>
    );
  }
  return query.isWaiting ? <span className="weft-subtle">{t('graph.manual')}</span> : <Lines count={lines} />;
}
