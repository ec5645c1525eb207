import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { defaults } from '../settings/defaults';
import { traceLimits } from './traceLimits';
import type { ScatterValue } from './TraceScatter';

export const percentiles = ['all', '75', '90', '99'] as const;
export type Percentile = (typeof percentiles)[number];

/** What a view of traces shows; all of it in the URL. */
export interface TracesState {
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly limit: number;
  readonly errorsOnly: boolean;
  /** Only traces at least as long as this percentile of all. */
  readonly percentile: Percentile;
  readonly value: ScatterValue;
}

export function parseTraces(params: URLSearchParams): TracesState {
  const limit = Number(params.get('limitTraces'));
  const id = params.get('traceId');
  return {
    // What is no trace id cannot be asked for.
    traceId: id !== null && /^[0-9a-fA-F]{1,32}$/.test(id) ? id : null,
    spanId: params.get('spanId') || null,
    limit: traceLimits.find((item) => item === limit) ?? defaults().traceLimit,
    errorsOnly: params.get('errs') === 'true',
    percentile: percentiles.find((item) => item === params.get('percentile')) ?? 'all',
    value: params.get('traceValue') === 'average' ? 'average' : 'duration',
  };
}

export function writeTraces(state: TracesState, current: URLSearchParams): URLSearchParams {
  const params = new URLSearchParams(current);
  const set = (name: string, value: string, standard: string) => {
    if (value === standard) params.delete(name);
    else params.set(name, value);
  };
  set('traceId', state.traceId ?? '', '');
  set('spanId', state.spanId ?? '', '');
  set('limitTraces', String(state.limit), String(defaults().traceLimit));
  set('errs', String(state.errorsOnly), 'false');
  set('percentile', state.percentile, 'all');
  set('traceValue', state.value, 'duration');
  return params;
}

export type PatchTraces = (change: Partial<TracesState>) => void;

export function useTracesState(): readonly [TracesState, PatchTraces] {
  const [params, setParams] = useSearchParams();
  const state = useMemo(() => parseTraces(params), [params]);
  const patch = useCallback<PatchTraces>((change) => setParams((current) => writeTraces({ ...parseTraces(current), ...change }, current), { replace: true }), [setParams]);
  return [state, patch];
}
