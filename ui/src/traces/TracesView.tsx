import { Alert, Checkbox, Skeleton, Toolbar, ToolbarContent, ToolbarGroup, ToolbarItem } from '@patternfly/react-core';
import { useMemo, type ReactNode } from 'react';
import { fetchTrace, fetchTraces, type Trace } from '../api/traces';
import { t } from '../i18n';
import { formatSeconds } from '../metrics/units';
import { Lines } from '../shell/Lines';
import { EmptyMessage, Loaded } from '../shell/PageMessage';
import { SimpleMenu } from '../shell/SimpleMenu';
import { shortDuration } from '../time/time';
import { usePageQuery } from '../time/usePageQuery';
import { useTime } from '../time/useTime';
import { durationPercentile } from './spans';
import { TraceDetails } from './TraceDetails';
import { TraceScatter } from './TraceScatter';
import { traceLimits } from './traceLimits';
import { percentiles, useTracesState } from './tracesState';

interface Props {
  /** Of an application, service or workload below the web root. */
  readonly path: string;
  readonly controls?: ReactNode;
  readonly tags?: Readonly<Record<string, string>>;
  readonly minDuration?: number | null;
  /** Between the plot and the details: the search page lists traces there. */
  readonly list?: (traces: readonly Trace[], selected: string | null, onSelect: (id: string) => void) => ReactNode;
}

/** Traces over time and the one that is chosen. */
export function TracesView({ path, controls, tags, minDuration = null, list }: Props) {
  const [time] = useTime();
  const [state, patch] = useTracesState();
  const search = { limit: state.limit, errorsOnly: state.errorsOnly, minDuration, ...(tags && { tags }) };
  const query = usePageQuery(['traces', path, time.duration, time.range, search], (signal) => fetchTraces(path, time, search, signal));
  const threshold = useMemo(() => (state.percentile === 'all' ? 0 : durationPercentile(query.data?.traces ?? [], Number(state.percentile) / 100)), [query.data, state.percentile]);
  const traces = useMemo(() => (query.data?.traces ?? []).filter((trace) => trace.duration >= threshold), [query.data, threshold]);
  const listed = query.data?.traces.find(({ id }) => id === state.traceId);
  const single = usePageQuery(['trace', state.traceId], (signal) => fetchTrace(state.traceId ?? '', signal), {
    enabled: state.traceId !== null && query.data !== undefined && listed === undefined,
    subject: 0,
    still: true,
  });
  const selected = state.traceId === null ? undefined : (listed ?? single.data ?? undefined);
  const end = 1000 * (time.range?.to ?? (query.dataUpdatedAt || 1));
  const choose = (traceId: string) => patch({ traceId, spanId: null });
  return (
    <>
      <Toolbar isStatic inset={{ default: 'insetNone' }} className="weft-tab__toolbar">
        <ToolbarContent>
          <ToolbarGroup gap={{ default: 'gapSm' }}>
            {controls}
            <ToolbarItem>
              <SimpleMenu
                id="traces-percentile"
                label={t('traces.percentile')}
                value={state.percentile}
                choices={percentiles.map((value) => ({ value, text: value === 'all' ? t('traces.percentile.all') : t('traces.percentile.from', { percentile: value }) }))}
                onChange={(percentile) => patch({ percentile })}
              />
            </ToolbarItem>
            <ToolbarItem>
              <SimpleMenu
                id="traces-limit"
                label={t('traces.limit')}
                value={state.limit}
                choices={traceLimits.map((value) => ({ value: Number(value), text: t('traces.limit.of', { count: value }) }))}
                onChange={(limit) => patch({ limit })}
              />
            </ToolbarItem>
            <ToolbarItem>
              <SimpleMenu
                id="traces-value"
                label={t('traces.value')}
                value={state.value}
                choices={(['duration', 'average'] as const).map((value) => ({ value, text: t(`traces.value.${value}`) }))}
                onChange={(value) => patch({ value })}
              />
            </ToolbarItem>
            <ToolbarItem alignSelf="center">
              <Checkbox id="traces-errors" label={t('traces.errorsOnly')} isChecked={state.errorsOnly} onChange={(_, errorsOnly) => patch({ errorsOnly })} />
            </ToolbarItem>
            {threshold > 0 && <ToolbarItem alignSelf="center">{t('traces.threshold', { duration: formatSeconds(threshold / 1e6) })}</ToolbarItem>}
          </ToolbarGroup>
        </ToolbarContent>
      </Toolbar>
      <Loaded query={query} failure={t('traces.failed')} skeleton={<Skeleton height="16rem" screenreaderText={t('page.loading')} />}>
        {({ errors, traces: all, service }) => (
          <div className="weft-stack">
            {errors.length > 0 && <Alert component="h2" variant="warning" isInline title={t('traces.storeErrors', { errors: errors.join('. ') })} />}
            {all.length === 0 ? (
              <EmptyMessage title={t('traces.none')} {...(state.errorsOnly && { actions: [[t('traces.showAll'), () => patch({ errorsOnly: false })]] as const })}>
                {t('traces.none.text', { service, duration: shortDuration(time.duration) })}
              </EmptyMessage>
            ) : (
              <TraceScatter traces={traces} selected={state.traceId} value={state.value} from={end - time.duration * 1e6} to={end} onSelect={choose} />
            )}
            {list?.(traces, state.traceId, choose)}
            {selected ? (
              <TraceDetails key={selected.id} trace={selected} others={all} spanId={state.spanId} onSpan={(spanId) => patch({ spanId })} onTrace={choose} />
            ) : state.traceId !== null ? (
              <Loaded query={single} failure={t('traces.failed')} skeleton={<Lines count={6} />}>
                {() => <EmptyMessage title={t('traces.gone')}>{t('traces.gone.text', { id: state.traceId ?? '' })}</EmptyMessage>}
              </Loaded>
            ) : (
              all.length > 0 && <p className="weft-subtle">{t('traces.choose')}</p>
            )}
          </div>
        )}
      </Loaded>
    </>
  );
}
