import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { defaultSpanLimit, parseSpanLimit } from '../metrics/spanLimits';

/** Lines per container; 0 for all. */
export const lineLimits = [100, 500, 1000, 3000, 5000, 10000, 25000, 0] as const;

export interface LogsState {
  /** `null`: the first pod; `*`: all. */
  readonly pod: string | null;
  /** Containers that are not shown. */
  readonly off: readonly string[];
  readonly show: string;
  readonly hide: string;
  readonly isRegex: boolean;
  readonly maxLines: number;
  readonly spans: boolean;
  readonly spanLimit: number;
  readonly timestamps: boolean;
  /** Long lines are broken; otherwise they are scrolled to. */
  readonly wrap: boolean;
}

export const defaultLogs: LogsState = { pod: null, off: [], show: '', hide: '', isRegex: false, maxLines: 3000, spans: false, spanLimit: defaultSpanLimit, timestamps: true, wrap: true };

export function parseLogs(params: URLSearchParams): LogsState {
  const lines = params.get('maxLines');
  return {
    pod: params.get('pod') || null,
    off: (params.get('containersOff') ?? '').split(',').filter((name) => name !== ''),
    show: params.get('logShow') ?? '',
    hide: params.get('logHide') ?? '',
    isRegex: params.get('logRegex') === 'true',
    maxLines: lines === null ? defaultLogs.maxLines : (lineLimits.find((limit) => String(limit) === lines) ?? defaultLogs.maxLines),
    spans: params.get('showSpans') === 'true',
    spanLimit: parseSpanLimit(params.get('limitSpans')),
    timestamps: params.get('timestamps') !== 'false',
    wrap: params.get('wrap') !== 'false',
  };
}

export function writeLogs(state: LogsState, current: URLSearchParams): URLSearchParams {
  const params = new URLSearchParams(current);
  const set = (name: string, value: string, standard: string) => {
    if (value === standard) params.delete(name);
    else params.set(name, value);
  };
  set('pod', state.pod ?? '', '');
  set('containersOff', state.off.join(','), '');
  set('logShow', state.show, '');
  set('logHide', state.hide, '');
  set('logRegex', String(state.isRegex), 'false');
  set('maxLines', String(state.maxLines), String(defaultLogs.maxLines));
  set('showSpans', String(state.spans), 'false');
  set('limitSpans', String(state.spanLimit), String(defaultLogs.spanLimit));
  set('timestamps', String(state.timestamps), 'true');
  set('wrap', String(state.wrap), 'true');
  return params;
}

export type PatchLogs = (change: Partial<LogsState>) => void;

export function useLogsState(): readonly [LogsState, PatchLogs] {
  const [params, setParams] = useSearchParams();
  const state = useMemo(() => parseLogs(params), [params]);
  const patch = useCallback<PatchLogs>((change) => setParams((current) => writeLogs({ ...parseLogs(current), ...change }, current), { replace: true }), [setParams]);
  return [state, patch];
}
