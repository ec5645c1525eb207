import { array, object, optionalObject, text } from './decode';
import { getJson, postJson } from './http';

/** Which trace store there is, and whether users can open its own pages. */
export interface TracingInfo {
  readonly enabled: boolean;
  readonly provider: string;
  /** Of the store's own pages; empty when they cannot be reached. */
  readonly url: string;
  /** Where the server asks it. */
  readonly internalUrl: string;
}

/** What the server found out about its trace store, step by step, and which settings it saw working. */
export interface TracingDiagnosis {
  /** Why nothing was tried; empty when something was. */
  readonly message: string;
  readonly steps: readonly { readonly time: string; readonly test: string; readonly result: string; readonly isGood: boolean }[];
  readonly working: readonly TracingSettings[];
}

export interface TracingSettings {
  readonly provider: string;
  readonly url: string;
}

export function fetchTracing(signal: AbortSignal): Promise<TracingInfo> {
  return getJson('api/tracing', decodeTracing, signal);
}

export function decodeTracing(json: unknown): TracingInfo {
  const data = object(json, 'tracing');
  return { enabled: data.enabled === true, provider: text(data.provider), url: text(data.url), internalUrl: text(data.internalURL) };
}

export function fetchDiagnosis(signal: AbortSignal): Promise<TracingDiagnosis> {
  return getJson('api/tracing/diagnose', decodeDiagnosis, signal);
}

export function decodeDiagnosis(json: unknown): TracingDiagnosis {
  const data = object(json, 'diagnosis');
  return {
    message: text(data.message),
    steps: array(data.logLine, 'logLine').map((item) => {
      const step = optionalObject(item);
      const result = text(step?.result);
      return { time: text(step?.time), test: text(step?.test), result: result.replace(/^\[\w+\]\s*/, ''), isGood: /^\[ok\]/i.test(result) };
    }),
    working: array(data.validConfig, 'validConfig').map((item) => ({ provider: text(optionalObject(item)?.provider), url: text(optionalObject(item)?.url) })),
  };
}

/** Has the server ask another trace store. Resolves to what it said of it; rejects when the settings themselves are refused. */
export function tryTracing(settings: TracingSettings): Promise<{ readonly isGood: boolean; readonly text: string }> {
  return postJson('api/tracing/check', { provider: settings.provider, internal_url: settings.url }, decodeTrial, undefined);
}

export function decodeTrial(json: unknown): { readonly isGood: boolean; readonly text: string } {
  const data = object(json, 'trial');
  const error = text(data.error);
  return error === '' ? { isGood: true, text: text(data.message) } : { isGood: false, text: error };
}
