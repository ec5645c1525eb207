import { Fragment, useMemo } from 'react';
import type { QueryValue } from '../../api/http';
import { fetchMetrics } from '../../api/metrics';
import { t } from '../../i18n';
import { stepOf } from '../../metrics/metricsState';
import type { ChartLines } from '../../metrics/series';
import { TimeChart, type ChartSpan } from '../../metrics/TimeChart';
import { formatValue } from '../../metrics/units';
import { useConfig } from '../../shell/useConfig';
import { Lines } from '../../shell/Lines';
import { usePageQuery } from '../../time/usePageQuery';
import { useTime } from '../../time/useTime';
import { panelCharts } from './chartsOfPanel';

interface Props {
  /** Of an application, service, workload or namespace below the web root. */
  readonly path: string;
  readonly direction: 'inbound' | 'outbound';
  /** Which series of a grouping count; absent: all, ungrouped. */
  readonly partner?: { readonly label: string; readonly value: string };
  readonly isTcp: boolean;
  readonly withTimes?: boolean;
  readonly title: string;
  /** The end of the window, in seconds since 1970; `null` for now. */
  readonly at: number | null;
}

/** Shorter than this a chart has too few points. */
const shortest = 300;
const noSpans: readonly ChartSpan[] = [];

/** How the traffic of a node or an edge went: requests and errors, or bytes, and response times. */
export default function PanelCharts({ path, direction, partner, isTcp, withTimes = false, title, at }: Props) {
  const [{ duration: chosen }] = useTime();
  const config = useConfig();
  const duration = Math.max(shortest, chosen);
  const { step, rateInterval } = stepOf(duration, config?.scrapeInterval ?? 15);
  const query: Record<string, QueryValue> = {
    duration,
    step,
    rateInterval: `${rateInterval}s`,
    direction,
    reporter: direction === 'inbound' ? 'destination' : 'source',
    'filters[]': isTcp ? ['tcp_sent', 'tcp_received'] : ['request_count', 'request_error_count', ...(withTimes ? ['request_duration_millis'] : [])],
    ...(partner && { 'byLabels[]': [partner.label] }),
    ...(withTimes && { avg: true, 'quantiles[]': ['0.5', '0.95', '0.99'] }),
    ...(at !== null && { queryTime: at }),
  };
  const metrics = usePageQuery(['panel', path, query], (signal) => fetchMetrics(`${path}/metrics`, query, signal), { subject: 0 });
  const charts = useMemo(() => metrics.data && panelCharts(metrics.data, partner ?? null, isTcp), [metrics.data, partner?.label, partner?.value, isTcp]);
  if (charts === undefined) return metrics.isError ? <p className="weft-panel__subtle">{t('graph.charts.failed', { error: metrics.error?.message ?? '' })}</p> : <Lines count={2} />;
  const end = at ?? metrics.dataUpdatedAt / 1000;
  return (
    <section className="weft-panel__section">
      <h3 className="weft-panel__heading">{title}</h3>
      {charts.every(({ data }) => data.times.length === 0) && <p className="weft-panel__subtle">{t('graph.charts.none')}</p>}
      {charts
        .filter(({ data }) => data.times.length > 0)
        .map(({ name, unit, data }) => (
          <Fragment key={name}>
            <TimeChart name={name} unit={unit} data={data} height={110} min={null} max={null} trendlines={false} spans={noSpans} window={[end - duration, end]} onZoom={() => undefined} onSpan={() => undefined} />
            <p className="weft-panel__subtle">{rangesOf(data, unit)}</p>
          </Fragment>
        ))}
    </section>
  );
}

/** The least and the most of each line that ever was more than nothing. */
function rangesOf(data: ChartLines, unit: string): string {
  return data.lines
    .map(({ label, values }) => ({ label, known: values.filter((value) => value !== null) }))
    .filter(({ known }) => known.some((value) => value > 0))
    .map(({ label, known }) => t('graph.charts.range', { name: label, min: formatValue(Math.min(...known), unit), max: formatValue(Math.max(...known), unit) }))
    .join(', ');
}
