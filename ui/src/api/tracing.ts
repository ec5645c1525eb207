import { object, text } from './decode';
import { getJson } from './http';

/** Which trace store there is, and whether users can open its own pages. */
export interface TracingInfo {
  readonly enabled: boolean;
  readonly provider: string;
  /** Of the store's own pages; empty when they cannot be reached. */
  readonly url: string;
}

export function fetchTracing(signal: AbortSignal): Promise<TracingInfo> {
  return getJson('api/tracing', decodeTracing, signal);
}

export function decodeTracing(json: unknown): TracingInfo {
  const data = object(json, 'tracing');
  return { enabled: data.enabled === true, provider: text(data.provider), url: text(data.url) };
}
