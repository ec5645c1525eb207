import { array, numeric, object, optionalObject, text } from './decode';
import { getJson, queryString } from './http';
import type { TimeState } from '../time/useTime';

export type LogSeverity = 'ERROR' | 'WARN' | 'INFO' | 'DEBUG' | 'TRACE';

export interface LogEntry {
  readonly message: string;
  readonly severity: LogSeverity;
  /** Milliseconds since 1970. */
  readonly time: number;
}

export interface ContainerLog {
  readonly entries: readonly LogEntry[];
  /** The limit of lines was reached: older lines are missing. */
  readonly isTruncated: boolean;
}

const severities: readonly LogSeverity[] = ['ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE'];

export interface LogSource {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly isProxy: boolean;
}

/** `maxLines`: 0 for all. */
export function fetchLog(source: LogSource, time: TimeState, maxLines: number, signal: AbortSignal): Promise<ContainerLog> {
  const from = time.range?.from ?? Date.now() - time.duration * 1000;
  const query = queryString({
    container: source.container,
    logType: source.isProxy ? 'proxy' : 'app',
    sinceTime: Math.floor(from / 1000),
    duration: time.range === null ? null : `${time.duration}s`,
    maxLines: maxLines === 0 ? null : maxLines,
  });
  return getJson(`api/namespaces/${encodeURIComponent(source.namespace)}/pods/${encodeURIComponent(source.pod)}/logs${query}`, decodeLog, signal);
}

export function decodeLog(json: unknown): ContainerLog {
  const data = object(json, 'log');
  return {
    isTruncated: data.linesTruncated === true,
    entries: array(data.entries, 'entries').map((item) => {
      const entry = optionalObject(item);
      const severity = text(entry?.severity).toUpperCase();
      return { message: text(entry?.message), severity: severities.find((known) => known === severity) ?? 'INFO', time: numeric(entry?.timestampUnix) ?? 0 };
    }),
  };
}
