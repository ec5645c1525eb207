import { useMemo } from 'react';
import { fetchMetrics, type MetricMap } from '../api/metrics';
import { t } from '../i18n';
import { stepOf } from '../metrics/metricsState';
import { chartLines, type ChartLines } from '../metrics/series';
import { TimeChart, type ChartSpan } from '../metrics/TimeChart';
import { formatValue } from '../metrics/units';
import { Lines } from '../shell/Lines';
import { useConfig } from '../shell/useConfig';
import { usePageQuery } from '../time/usePageQuery';
import { useTime } from '../time/useTime';

/** Shorter than this a chart has too few points. */
const shortest = 300;
const noSpans: readonly ChartSpan[] = [];

interface Usage {
  readonly name: string;
  readonly unit: string;
  readonly data: ChartLines;
}

/** What a control plane takes of its machine: memory and processor. Of the container where the cluster measures it, as `kubectl top` does, else of the process. */
export function usageCharts(metrics: MetricMap): readonly Usage[] {
  const first = (...names: readonly string[]) => names.map((name) => metrics[name] ?? []).find((series) => series.some(({ points }) => points.length > 0)) ?? [];
  const chart = (name: string, unit: string, names: readonly string[]): Usage => {
    const series = first(...names).map((each) => ({ ...each, name, labels: {}, stat: '' }));
    return { name, unit, data: chartLines({ name, unit, series, error: '', min: null, max: null }, {}, []) };
  };
  return [
    chart(t('mesh.usage.memory'), 'bytes', ['container_memory_working_set_bytes', 'process_resident_memory_bytes']),
    chart(t('mesh.usage.cpu'), '', ['container_cpu_usage_seconds_total', 'process_cpu_seconds_total']),
  ];
}

export default function ControlPlaneCharts({ namespace, name }: { readonly namespace: string; readonly name: string }) {
  const [{ duration: chosen }] = useTime();
  const config = useConfig();
  const duration = Math.max(shortest, chosen);
  const { step, rateInterval } = stepOf(duration, config?.scrapeInterval ?? 15);
  const path = `api/namespaces/${encodeURIComponent(namespace)}/controlplanes/${encodeURIComponent(name)}/metrics`;
  const query = { duration, step, rateInterval: `${rateInterval}s` };
  const metrics = usePageQuery(['controlplane', path, query], (signal) => fetchMetrics(path, query, signal), { subject: 2 });
  const charts = useMemo(() => metrics.data && usageCharts(metrics.data), [metrics.data]);
  if (charts === undefined) return metrics.isError ? <p className="weft-panel__subtle">{t('graph.charts.failed', { error: metrics.error?.message ?? '' })}</p> : <Lines count={2} />;
  const end = metrics.dataUpdatedAt / 1000;
  return (
    <section className="weft-panel__section" data-test="control-plane-usage">
      <h3 className="weft-panel__heading">{t('mesh.usage')}</h3>
      {charts.map(({ name: title, unit, data }) =>
        data.times.length === 0 ? (
          <p key={title} className="weft-panel__subtle">
            {t('mesh.usage.none', { name: title })}
          </p>
        ) : (
          <div key={title}>
            <TimeChart name={title} unit={unit} data={data} height={110} min={0} max={null} trendlines={false} spans={noSpans} window={[end - duration, end]} onZoom={() => undefined} onSpan={() => undefined} />
            <p className="weft-panel__subtle">{t('mesh.usage.now', { name: title, value: latest(data, unit) })}</p>
          </div>
        ),
      )}
    </section>
  );
}

function latest(data: ChartLines, unit: string): string {
  const value = data.lines[0]?.values.findLast((each) => each !== null) ?? null;
  return value === null ? '–' : formatValue(value, unit);
}
