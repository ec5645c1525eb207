import { array, numeric, object, optionalObject, stringMap, text } from './decode';
import { getJson, postJson, queryString, type QueryValue } from './http';

/** A time series of a chart. `points`: seconds since 1970, value. */
export interface MetricSeries {
  readonly name: string;
  /** `avg`, or a quantile as `0.95`; empty for what is no histogram. */
  readonly stat: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [time: number, value: number])[];
}

export interface MetricChart {
  readonly name: string;
  readonly unit: string;
  readonly series: readonly MetricSeries[];
  /** Why the server could not fill it; empty when it could. */
  readonly error: string;
  readonly min: number | null;
  readonly max: number | null;
}

/** A label by which the series of a dashboard can be told apart. */
export interface Aggregation {
  readonly label: string;
  readonly title: string;
}

export interface Dashboard {
  readonly title: string;
  readonly charts: readonly MetricChart[];
  readonly aggregations: readonly Aggregation[];
  readonly links: readonly { readonly name: string; readonly url: string }[];
}

export function fetchDashboard(path: string, query: Readonly<Record<string, QueryValue>>, signal: AbortSignal): Promise<Dashboard> {
  return getJson(path + queryString(query), decodeDashboard, signal);
}

export function decodeDashboard(json: unknown): Dashboard {
  const data = object(json, 'dashboard');
  return {
    title: text(data.title),
    charts: array(data.charts, 'charts').map((item) => {
      const chart = object(item, 'chart');
      return {
        name: text(chart.name),
        unit: text(chart.unit),
        error: text(chart.error),
        min: numeric(chart.min),
        max: numeric(chart.max),
        series: array(chart.metrics, 'metrics').map(decodeSeries),
      };
    }),
    aggregations: array(data.aggregations, 'aggregations').map((item) => {
      const aggregation = optionalObject(item);
      return { label: text(aggregation?.label), title: text(aggregation?.displayName) };
    }),
    links: array(data.externalLinks, 'externalLinks').map((item) => {
      const link = optionalObject(item);
      return { name: text(link?.name), url: text(link?.url) };
    }),
  };
}

export function decodeSeries(item: unknown): MetricSeries {
  const series = object(item, 'series');
  return {
    name: text(series.name),
    stat: text(series.stat),
    labels: stringMap(series.labels),
    points: array(series.datapoints, 'datapoints').flatMap((point) => {
      const [time, value] = Array.isArray(point) ? [numeric(point[0]), numeric(point[1])] : [null, null];
      return time === null || value === null ? [] : [[time, value] as const];
    }),
  };
}

/** Series by Kiali's metric name: `request_count`, `tcp_sent` ... */
export type MetricMap = Readonly<Record<string, readonly MetricSeries[]>>;

export function fetchMetrics(path: string, query: Readonly<Record<string, QueryValue>>, signal: AbortSignal): Promise<MetricMap> {
  return getJson(path + queryString(query), decodeMetrics, signal);
}

export function decodeMetrics(json: unknown): MetricMap {
  return Object.fromEntries(Object.entries(object(json, 'metrics')).map(([name, series]) => [name, array(series, name).map(decodeSeries)]));
}

/** A question about the response times of something, for the comparison of spans with what is usual. */
export interface StatsQuery {
  readonly target: { readonly namespace: string; readonly name: string; readonly kind: string; readonly cluster?: string };
  readonly direction: 'inbound' | 'outbound';
  readonly interval: string;
  readonly queryTime: number;
}

/** Milliseconds by statistic (`avg`, `0.5`, ...), by the key of the question. */
export type Stats = Readonly<Record<string, Readonly<Record<string, number>>>>;

export function fetchStats(queries: readonly StatsQuery[], signal: AbortSignal): Promise<Stats> {
  const body = { queries: queries.map((query) => ({ ...query, avg: true, quantiles: ['0.5', '0.9', '0.99'] })) };
  return postJson('api/stats/metrics', body, decodeStats, signal);
}

export function decodeStats(json: unknown): Stats {
  const stats = optionalObject(object(json, 'stats').stats) ?? {};
  return Object.fromEntries(
    Object.entries(stats).map(([key, value]) => [
      key,
      Object.fromEntries(
        array(optionalObject(value)?.responseTimes, 'responseTimes').flatMap((item) => {
          const number = numeric(optionalObject(item)?.value);
          return number === null ? [] : [[text(optionalObject(item)?.name), number] as const];
        }),
      ),
    ]),
  );
}
