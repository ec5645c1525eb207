import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { defaults } from '../settings/defaults';
import { parseDuration, parseRefresh } from './parse';

/** A span of time that the user has fixed, in milliseconds since 1970. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

export interface TimeState {
  /** Seconds back from now; with a `range` its length. */
  readonly duration: number;
  readonly refresh: number;
  readonly range: TimeRange | null;
}

export type PatchTime = (change: Partial<TimeState>) => void;

/** The time control's state out of the URL: one for all pages. */
export function parseTime(params: URLSearchParams): TimeState {
  const range = parseRange(params.get('from'), params.get('to'));
  const duration = range === null ? parseDuration(params.get('duration')) : Math.max(1, Math.round((range.to - range.from) / 1000));
  return { duration, refresh: parseRefresh(params.get('refresh')), range };
}

export function writeTime(change: Partial<TimeState>, current: URLSearchParams): URLSearchParams {
  const params = new URLSearchParams(current);
  const set = (name: string, value: number | null, standard: number | null) => {
    if (value === null || value === standard) params.delete(name);
    else params.set(name, String(value));
  };
  if (change.refresh !== undefined) set('refresh', change.refresh, defaults().refresh);
  if (change.duration !== undefined) {
    set('duration', change.duration, defaults().duration);
    params.delete('from');
    params.delete('to');
  }
  if (change.range !== undefined) {
    set('from', change.range?.from ?? null, null);
    set('to', change.range?.to ?? null, null);
  }
  return params;
}

function parseRange(from: string | null, to: string | null): TimeRange | null {
  const [start, end] = [Number(from ?? Number.NaN), Number(to ?? Number.NaN)];
  return Number.isFinite(start) && Number.isFinite(end) && end > start && start > 0 ? { from: start, to: end } : null;
}

export function useTime(): readonly [TimeState, PatchTime] {
  const [params, setParams] = useSearchParams();
  const state = useMemo(() => parseTime(params), [params]);
  const patch = useCallback<PatchTime>((change) => setParams((current) => writeTime(change, current), { replace: true }), [setParams]);
  return [state, patch];
}
