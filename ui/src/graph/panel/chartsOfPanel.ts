import type { MetricMap, MetricSeries } from '../../api/metrics';
import { t } from '../../i18n';
import { chartLines, type ChartLines } from '../../metrics/series';

export interface PanelChart {
  readonly name: string;
  readonly unit: string;
  readonly data: ChartLines;
}

/** The charts of a panel out of metrics, each line a kind of traffic. */
export function panelCharts(metrics: MetricMap, partner: { readonly label: string; readonly value: string } | null, isTcp: boolean): readonly PanelChart[] {
  const wanted = (name: string) => (metrics[name] ?? []).filter((series) => partner === null || series.labels[partner.label] === partner.value);
  const line = (name: string, label: string) => wanted(name).map((series): MetricSeries => ({ ...series, name: label, labels: {}, stat: '' }));
  const chart = (name: string, unit: string, series: readonly MetricSeries[]): PanelChart => ({ name, unit, data: chartLines({ name, unit, series, error: '', min: null, max: null }, {}, []) });
  if (isTcp) return [chart('TCP', 'bytesrate', [...line('tcp_sent', t('graph.charts.sent')), ...line('tcp_received', t('graph.charts.received'))])];
  const times = wanted('request_duration_millis').map((series): MetricSeries => ({ ...series, labels: {}, points: series.points.map(([at, value]) => [at, value / 1000] as const) }));
  return [
    chart(t('graph.charts.requests'), 'rps', [...line('request_count', t('graph.charts.requests')), ...line('request_error_count', t('graph.charts.errors'))]),
    ...(times.length > 0 ? [chart(t('graph.charts.responseTime'), 'seconds', times)] : []),
  ];
}
