import type { Aggregation, MetricChart, MetricSeries } from '../api/metrics';

/** A line of a chart. `values` go with the times of its chart; `null` is a gap. */
export interface ChartLine {
  readonly label: string;
  /** What the lines of a group have in common: the values of the labels. */
  readonly group: string;
  /** `avg`, a quantile, or nothing. */
  readonly stat: string;
  readonly values: readonly (number | null)[];
}

export interface ChartLines {
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
}

/** What a user has chosen to see of each grouping label: no values means all. */
export type Grouping = Readonly<Record<string, readonly string[]>>;

/** The lines of a chart on one time axis, named by what tells them apart, the strongest first. */
export function chartLines(chart: MetricChart, grouping: Grouping, aggregations: readonly Aggregation[]): ChartLines {
  const shown = chart.series.filter((series) => isShown(series, grouping, aggregations));
  const times = [...new Set(shown.flatMap((series) => series.points.map(([time]) => time)))].sort((a, b) => a - b);
  const at = new Map(times.map((time, i) => [time, i]));
  const lines = shown.map((series) => {
    const values = new Array<number | null>(times.length).fill(null);
    for (const [time, value] of series.points) values[at.get(time) ?? 0] = value;
    return { label: lineLabel(series, chart.name), group: groupOf(series), stat: series.stat, values };
  });
  return { times, lines: lines.sort((a, b) => statRank(a.label) - statRank(b.label) || a.label.localeCompare(b.label, undefined, { numeric: true })) };
}

function isShown(series: MetricSeries, grouping: Grouping, aggregations: readonly Aggregation[]): boolean {
  return aggregations.every(({ label, title }) => {
    const wanted = grouping[label] ?? [];
    // The server names labels by their display name in some dashboards, by the label itself in others.
    const actual = series.labels[title] ?? series.labels[label];
    return wanted.length === 0 || actual === undefined || wanted.includes(actual);
  });
}

/** Values of a grouping label that the charts know, for its menu. */
export function labelValues(charts: readonly MetricChart[], aggregation: Aggregation): readonly string[] {
  const values = charts.flatMap((chart) => chart.series.map((series) => series.labels[aggregation.title] ?? series.labels[aggregation.label]));
  return [...new Set(values.filter((value) => value !== undefined))].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
}

function groupOf(series: MetricSeries): string {
  return Object.values(series.labels).filter((value) => value !== '').join(', ');
}

const dashes: Readonly<Record<string, readonly number[]>> = { avg: [], '0.5': [8, 4], '0.95': [2, 3], '0.99': [10, 3, 2, 3], '0.999': [4, 6] };

/** How lines are drawn: a colour for each; with several groups a colour per group, and the statistics told apart by dashes. */
export function lineLooks(lines: readonly ChartLine[]): readonly { readonly color: number; readonly dash: readonly number[] }[] {
  const groups = [...new Set(lines.map(({ group }) => group))];
  if (groups.length < 2) return lines.map((_, i) => ({ color: i, dash: [] }));
  return lines.map(({ group, stat }) => ({ color: groups.indexOf(group), dash: dashes[stat] ?? [] }));
}

export function lineLabel(series: MetricSeries, chartName: string): string {
  const labels = Object.values(series.labels).filter((value) => value !== '');
  const stat = statLabel(series.stat);
  if (labels.length === 0) return stat === '' ? (series.name === '' || /^[a-z_]+$/.test(series.name) ? chartName : series.name) : stat;
  return stat === '' ? labels.join(', ') : `${labels.join(', ')} [${stat}]`;
}

/** `0.95` as `p95`, `0.999` as `p99.9`. */
export function statLabel(stat: string): string {
  const quantile = Number(stat);
  return stat === '' || !Number.isFinite(quantile) ? stat : `p${Number((quantile * 100).toFixed(2))}`;
}

function statRank(label: string): number {
  return label === 'avg' ? 0 : 1;
}

/** A straight line through values by least squares; gaps are passed over, and what has fewer than two points has none. */
export function trendLine(times: readonly number[], values: readonly (number | null)[]): readonly (number | null)[] {
  const points = times.flatMap((time, i) => {
    const value = values[i];
    return value === null || value === undefined ? [] : [[time, value] as const];
  });
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || first === last) return values.map(() => null);
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return times.map((time) => (time < first[0] || time > last[0] ? null : meanY + slope * (time - meanX)));
}
