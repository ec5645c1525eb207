import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { QueryValue } from '../api/http';
import type { TimeState } from '../time/useTime';
import type { Grouping } from './series';
import { defaultSpanLimit, parseSpanLimit } from './spanLimits';

export const reporters = ['source', 'destination', 'both'] as const;
export type Reporter = (typeof reporters)[number];
export const quantiles = ['0.5', '0.95', '0.99', '0.999'] as const;
export const aggregators = ['sum', 'avg', 'min', 'max', 'stddev', 'stdvar'] as const;
export type Aggregator = (typeof aggregators)[number];

/** What a metrics tab shows; all of it in the URL. */
export interface MetricsState {
  readonly reporter: Reporter;
  /** Labels that lines are told apart by, with the values wanted of each. */
  readonly grouping: Grouping;
  readonly average: boolean;
  readonly quantiles: readonly string[];
  readonly trendlines: boolean;
  readonly spans: boolean;
  readonly spanLimit: number;
  /** The chart that fills the page. */
  readonly expanded: string | null;
  readonly aggregator: Aggregator;
}

export const defaultMetrics: MetricsState = {
  reporter: 'destination',
  grouping: {},
  average: true,
  quantiles: ['0.5', '0.95', '0.99'],
  trendlines: false,
  spans: false,
  spanLimit: defaultSpanLimit,
  expanded: null,
  aggregator: 'sum',
};

export function parseMetrics(params: URLSearchParams, defaults: MetricsState): MetricsState {
  const flag = (name: string, standard: boolean) => (params.has(name) ? params.get(name) === 'true' : standard);
  const reporter = reporters.find((item) => item === params.get('reporter'));
  const wanted = params.get('quantiles');
  return {
    reporter: reporter ?? defaults.reporter,
    // `bylbl=app` or `bylbl=app=cars,hotels`, as in Kiali.
    grouping: Object.fromEntries(
      params.getAll('bylbl').map((item) => {
        const at = item.indexOf('=');
        return at < 0 ? [item, []] : [item.slice(0, at), item.slice(at + 1).split(',').filter((value) => value !== '')];
      }),
    ),
    average: flag('avg', defaults.average),
    quantiles: wanted === null ? defaults.quantiles : quantiles.filter((quantile) => wanted.split(',').includes(quantile)),
    trendlines: flag('trendlines', defaults.trendlines),
    spans: flag('showSpans', defaults.spans),
    spanLimit: parseSpanLimit(params.get('limitSpans')),
    expanded: params.get('expand') || null,
    aggregator: aggregators.find((item) => item === params.get('op')) ?? defaults.aggregator,
  };
}

export function writeMetrics(state: MetricsState, current: URLSearchParams, defaults: MetricsState): URLSearchParams {
  const params = new URLSearchParams(current);
  const set = (name: string, value: string, standard: string) => {
    if (value === standard) params.delete(name);
    else params.set(name, value);
  };
  set('reporter', state.reporter, defaults.reporter);
  params.delete('bylbl');
  for (const [label, values] of Object.entries(state.grouping)) params.append('bylbl', values.length === 0 ? label : `${label}=${values.join(',')}`);
  set('avg', String(state.average), String(defaults.average));
  set('quantiles', state.quantiles.join(','), defaults.quantiles.join(','));
  set('trendlines', String(state.trendlines), String(defaults.trendlines));
  set('showSpans', String(state.spans), String(defaults.spans));
  set('limitSpans', String(state.spanLimit), String(defaults.spanLimit));
  set('expand', state.expanded ?? '', '');
  set('op', state.aggregator, defaults.aggregator);
  return params;
}

export type PatchMetrics = (change: Partial<MetricsState>) => void;

export function useMetricsState(defaults: MetricsState): readonly [MetricsState, PatchMetrics] {
  const [params, setParams] = useSearchParams();
  const state = useMemo(() => parseMetrics(params, defaults), [params, defaults]);
  const patch = useCallback<PatchMetrics>(
    (change) => setParams((current) => writeMetrics({ ...parseMetrics(current, defaults), ...change }, current, defaults), { replace: true }),
    [setParams, defaults],
  );
  return [state, patch];
}

/** About fifty points to a chart, none closer than two scrapes; a rate looks at four scrapes at least. */
export function stepOf(duration: number, scrapeInterval: number): { readonly step: number; readonly rateInterval: number } {
  const step = Math.max(2 * scrapeInterval, Math.ceil(duration / 50));
  return { step, rateInterval: Math.max(step, 4 * scrapeInterval) };
}

/** What the server is asked for. A fixed range is asked for by its end. */
export function metricsQuery(state: MetricsState, time: TimeState, scrapeInterval: number): Record<string, QueryValue> {
  const { step, rateInterval } = stepOf(time.duration, scrapeInterval);
  return {
    duration: time.duration,
    step,
    rateInterval: `${rateInterval}s`,
    ...(time.range !== null && { queryTime: Math.floor(time.range.to / 1000) }),
    reporter: state.reporter,
    avg: state.average,
    'quantiles[]': state.quantiles,
    'byLabels[]': Object.keys(state.grouping),
  };
}
