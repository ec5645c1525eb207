import { Button, Checkbox, Skeleton, Toolbar, ToolbarContent, ToolbarGroup, ToolbarItem, Tooltip } from '@patternfly/react-core';
import { ExternalLinkAltIcon } from '@patternfly/react-icons/dist/esm/icons/external-link-alt-icon';
import { HelpIcon } from '@patternfly/react-icons/dist/esm/icons/help-icon';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { isAddress } from '../api/additionalDetails';
import type { QueryValue } from '../api/http';
import { fetchDashboard } from '../api/metrics';
import { fetchSpans } from '../api/traces';
import { t } from '../i18n';
import { EmptyMessage, Loaded } from '../shell/PageMessage';
import { PartialNote } from '../shell/PartialNote';
import { SimpleMenu } from '../shell/SimpleMenu';
import { SlowNote } from '../shell/SlowNote';
import { useConfig } from '../shell/useConfig';
import { shortDuration } from '../time/time';
import { usePageQuery } from '../time/usePageQuery';
import { useTime } from '../time/useTime';
import { isErrorSpan } from '../traces/spans';
import { ChartGrid } from './ChartGrid';
import { MetricsSettings } from './MetricsSettings';
import { aggregators, metricsQuery, reporters, useMetricsState, type MetricsState } from './metricsState';
import { SpansControl } from './SpansControl';
import type { ChartSpan } from './TimeChart';

interface Props {
  /** Below the web root: `api/namespaces/.../dashboard`. */
  readonly path: string;
  /** What the query has beside the settings. */
  readonly query: Readonly<Record<string, QueryValue>>;
  /** Metrics of Istio have reporters and histograms; custom dashboards an aggregation over pods. */
  readonly isCustom: boolean;
  /** Where spans to lay over the charts come from; `null` where there are none. */
  readonly spansPath: string | null;
  readonly defaults: MetricsState;
}

const noSpans: readonly ChartSpan[] = [];

/** A metrics tab: settings, and the charts of a dashboard of the server. */
export function DashboardTab({ path, query: extra, isCustom, spansPath, defaults }: Props) {
  const [time, patchTime] = useTime();
  const [, setParams] = useSearchParams();
  const [state, patch] = useMetricsState(defaults);
  const config = useConfig();
  const scrapeInterval = config?.scrapeInterval ?? 15;
  const request = { ...metricsQuery(state, time, scrapeInterval), ...extra, ...(isCustom && { rawDataAggregator: state.aggregator }) };
  const query = usePageQuery(['dashboard', path, request], (signal) => fetchDashboard(path, request, signal), { enabled: config !== null });
  const spans = usePageQuery(['spans', spansPath, time.duration, time.range, state.spanLimit], (signal) => fetchSpans(spansPath ?? '', time, state.spanLimit, signal), { enabled: state.spans && spansPath !== null });
  const dots = useMemo(
    () =>
      !state.spans || spans.data === undefined
        ? noSpans
        : spans.data.map((span): ChartSpan => ({ id: `${span.traceId} ${span.spanId}`, time: span.start / 1e6, duration: span.duration / 1e6, isError: isErrorSpan(span), title: span.operation })),
    [state.spans, spans.data],
  );
  const end = time.range !== null ? time.range.to / 1000 : query.dataUpdatedAt / 1000;
  const dashboard = query.data;
  return (
    <>
      <Toolbar isStatic inset={{ default: 'insetNone' }} className="weft-tab__toolbar">
        <ToolbarContent>
          <ToolbarGroup gap={{ default: 'gapSm' }}>
            <ToolbarItem>
              <MetricsSettings state={state} patch={patch} aggregations={dashboard?.aggregations ?? []} charts={dashboard?.charts ?? []} hasHistograms={!isCustom} />
            </ToolbarItem>
            {isCustom ? (
              <ToolbarItem>
                <SimpleMenu
                  id="metrics-aggregator"
                  label={t('metrics.aggregator')}
                  value={state.aggregator}
                  choices={aggregators.map((value) => ({ value, text: t(`metrics.aggregator.${value}`) }))}
                  onChange={(aggregator) => patch({ aggregator })}
                />
              </ToolbarItem>
            ) : (
              <ToolbarItem>
                <span className="weft-row">
                  <SimpleMenu
                    id="metrics_filter_reporter"
                    label={t('metrics.reporter')}
                    value={state.reporter}
                    choices={reporters.map((value) => ({ value, text: t(`metrics.reporter.${value}`), description: t(`metrics.reporter.${value}.hint`) }))}
                    onChange={(reporter) => patch({ reporter })}
                  />
                  <Tooltip content={t('metrics.reporter.help')}>
                    <Button variant="plain" hasNoPadding aria-label={t('metrics.reporter.help')} icon={<HelpIcon />} />
                  </Tooltip>
                </span>
              </ToolbarItem>
            )}
            {spansPath !== null && (
              <ToolbarItem alignSelf="center">
                <SpansControl id="spans-show" isOn={state.spans} limit={state.spanLimit} onChange={patch} />
              </ToolbarItem>
            )}
            <ToolbarItem alignSelf="center">
              <Checkbox id="trendlines-show" label={t('metrics.trendlines')} isChecked={state.trendlines} onChange={(_, on) => patch({ trendlines: on })} />
            </ToolbarItem>
            {(dashboard?.links ?? []).filter(({ url }) => isAddress(url)).map(({ name, url }) => (
              <ToolbarItem key={url} alignSelf="center">
                <Button variant="link" isInline component="a" href={url} target="_blank" rel="noreferrer" icon={<ExternalLinkAltIcon />} iconPosition="end">
                  {name}
                </Button>
              </ToolbarItem>
            ))}
          </ToolbarGroup>
        </ToolbarContent>
      </Toolbar>
      <PartialNote failures={[[t('metrics.spans'), state.spans ? spans.error : null]]} />
      <SlowNote isWaiting={query.isFetching && dashboard === undefined} text={t('metrics.slow')} />
      <Loaded query={query} failure={t('metrics.failed')} skeleton={<ChartSkeletons />}>
        {({ charts, aggregations }) =>
          charts.every(({ series, error }) => series.every(({ points }) => points.length === 0) && error === '') ? (
            <EmptyMessage title={t('metrics.noData')}>{t(isCustom ? 'metrics.noData.custom' : 'metrics.noData.text', { duration: shortDuration(time.duration) })}</EmptyMessage>
          ) : (
            <ChartGrid
              charts={charts}
              aggregations={aggregations}
              state={state}
              patch={patch}
              spans={dots}
              window={[end - time.duration, end]}
              onZoom={(from, to) => patchTime({ range: { from: Math.round(from), to: Math.round(to) } })}
              onSpan={(id) =>
                setParams((current) => {
                  const next = new URLSearchParams(current);
                  const [trace = '', span = ''] = id.split(' ');
                  next.set('tab', 'traces');
                  next.set('traceId', trace);
                  next.set('spanId', span);
                  return next;
                })
              }
            />
          )
        }
      </Loaded>
    </>
  );
}

function ChartSkeletons() {
  return (
    <div className="weft-charts">
      {Array.from({ length: 6 }, (_, i) => (
        <Skeleton key={i} height="16rem" screenreaderText={i === 0 ? t('page.loading') : ''} />
      ))}
    </div>
  );
}
