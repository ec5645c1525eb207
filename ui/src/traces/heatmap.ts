import type { Stats, StatsQuery } from '../api/metrics';
import type { Span } from '../api/traces';
import { spanFacts } from './spans';

/** Kiali's matrix: how a span compares with what was usual, by statistic and interval. */
export const heatmapStats = ['avg', '0.5', '0.9', '0.99'] as const;
export const heatmapIntervals = ['10m', '60m', '3h'] as const;

export interface HeatmapCell {
  readonly stat: string;
  readonly interval: string;
  /** Milliseconds that the span took more (or, negative, less); `null` where nothing is known. */
  readonly difference: number | null;
}

/** The questions about one span; none where its tags do not tell whose it is. */
export function statsQueries(span: Span, queryTime: number): readonly StatsQuery[] {
  const target = statsTarget(span);
  if (target === null) return [];
  return heatmapIntervals.map((interval) => ({ target: target.target, direction: target.direction, interval, queryTime }));
}

function statsTarget(span: Span): Pick<StatsQuery, 'target' | 'direction'> | null {
  const { app, namespace, workload, direction } = spanFacts(span);
  if (direction === null || namespace === '' || (app === '' && workload === '')) return null;
  const [kind, name] = workload === '' ? ['app', app] : ['workload', workload];
  return { target: { namespace, kind, name }, direction };
}

/** The matrix of a span. Keys of the answer: `namespace:kind:name:peer:direction:interval:reporters`. */
export function heatmap(span: Span, stats: Stats): readonly HeatmapCell[] {
  const target = statsTarget(span);
  if (target === null) return [];
  const milliseconds = span.duration / 1000;
  return heatmapIntervals.flatMap((interval) => {
    const { namespace, kind, name } = target.target;
    const [head, tail] = [`${namespace}:${kind}:${name}:`, `:${target.direction}:${interval}:`];
    const found = Object.entries(stats).find(([key]) => key.startsWith(head) && key.includes(tail))?.[1];
    return heatmapStats.map((stat) => {
      const usual = found?.[stat];
      return { stat, interval, difference: usual === undefined ? null : milliseconds - usual };
    });
  });
}

/** From -1 (10 ms faster, or more) to 1 (10 ms slower, or more), Kiali's range of colours. */
export function heat(difference: number): number {
  return Math.max(-1, Math.min(1, difference / 10));
}
