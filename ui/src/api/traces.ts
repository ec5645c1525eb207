import { array, numeric, object, optionalObject, text, type JsonObject } from './decode';
import { getJson, queryString } from './http';
import type { TimeState } from '../time/useTime';

/** A span in Jaeger's model. Times in microseconds. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | null;
  readonly operation: string;
  /** As the trace store names it: `app.namespace`. */
  readonly service: string;
  readonly start: number;
  readonly duration: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly logs: readonly { readonly time: number; readonly fields: Readonly<Record<string, string>> }[];
  readonly warnings: readonly string[];
}

export interface Trace {
  readonly id: string;
  /** In the order of their start. */
  readonly spans: readonly Span[];
  readonly start: number;
  readonly duration: number;
}

export interface TraceList {
  readonly traces: readonly Trace[];
  /** What the trace store complained about. */
  readonly errors: readonly string[];
  /** The service the store was asked for. */
  readonly service: string;
}

export interface TraceSearch {
  readonly limit: number;
  readonly errorsOnly: boolean;
  /** Microseconds; `null`: of any length. */
  readonly minDuration: number | null;
  readonly tags?: Readonly<Record<string, string>>;
}

function window(time: TimeState): { readonly startMicros: number; readonly endMicros: number } {
  const to = time.range?.to ?? Date.now();
  return { startMicros: Math.floor((time.range?.from ?? to - time.duration * 1000) * 1000), endMicros: Math.floor(to * 1000) };
}

/** `path`: of an application, service or workload below the web root. */
export function fetchTraces(path: string, time: TimeState, search: TraceSearch, signal: AbortSignal): Promise<TraceList> {
  const tags = { ...search.tags, ...(search.errorsOnly && { error: 'true' }) };
  const query = { ...window(time), limit: search.limit, minDuration: search.minDuration, tags: Object.keys(tags).length === 0 ? null : JSON.stringify(tags) };
  return getJson(`${path}/traces${queryString(query)}`, decodeTraces, signal);
}

export function fetchSpans(path: string, time: TimeState, limit: number, signal: AbortSignal): Promise<readonly Span[]> {
  return getJson(`${path}/spans${queryString({ ...window(time), limit })}`, (json) => newest(array(json, 'spans').map((item) => decodeSpan(item, {})), limit), signal);
}

/** The server limits traces, each of which has several spans of a workload. */
export function newest(spans: readonly Span[], limit: number): readonly Span[] {
  return [...spans].sort((a, b) => b.start - a.start).slice(0, limit);
}

/** `null`: the store does not know the trace (any more). */
export function fetchTrace(id: string, signal: AbortSignal): Promise<Trace | null> {
  return getJson(`api/traces/${encodeURIComponent(id)}`, (json) => {
    const data = object(json, 'trace').data;
    return optionalObject(data) === null || array(optionalObject(data)?.spans, 'spans').length === 0 ? null : decodeTrace(data);
  }, signal);
}

export function decodeTraces(json: unknown): TraceList {
  const data = object(json, 'traces');
  return {
    traces: array(data.data, 'traces.data').filter((item) => array(optionalObject(item)?.spans, 'spans').length > 0).map(decodeTrace),
    errors: array(data.errors, 'traces.errors').map((item) => text(optionalObject(item)?.msg)),
    service: text(data.tracingServiceName),
  };
}

export function decodeTrace(json: unknown): Trace {
  const data = object(json, 'trace');
  const processes = optionalObject(data.processes) ?? {};
  const spans = array(data.spans, 'spans')
    .map((item) => decodeSpan(item, processes))
    .sort((a, b) => a.start - b.start);
  const start = spans[0]?.start ?? 0;
  const end = spans.reduce((latest, span) => Math.max(latest, span.start + span.duration), start);
  return { id: text(data.traceID), spans, start, duration: end - start };
}

function decodeSpan(item: unknown, processes: JsonObject): Span {
  const span = object(item, 'span');
  const process = optionalObject(span.process) ?? optionalObject(processes[text(span.processID)]);
  const parent = array(span.references, 'references').map((reference) => optionalObject(reference)).find((reference) => reference?.refType === 'CHILD_OF');
  return {
    traceId: text(span.traceID),
    spanId: text(span.spanID),
    parentId: text(parent?.spanID) || text(span.parentSpanID) || null,
    operation: text(span.operationName),
    service: text(process?.serviceName),
    start: numeric(span.startTime) ?? 0,
    duration: numeric(span.duration) ?? 0,
    // Tags of the process first: those of the span say more.
    tags: { ...keyValues(process?.tags), ...keyValues(span.tags) },
    logs: array(span.logs, 'logs').map((log) => ({ time: numeric(optionalObject(log)?.timestamp) ?? 0, fields: keyValues(optionalObject(log)?.fields) })),
    warnings: array(span.warnings, 'warnings').filter((warning): warning is string => typeof warning === 'string'),
  };
}

function keyValues(json: unknown): Record<string, string> {
  return Object.fromEntries(
    array(json, 'tags').map((item) => {
      const tag = optionalObject(item);
      const value = tag?.value;
      return [text(tag?.key), typeof value === 'string' ? value : JSON.stringify(value ?? '')];
    }),
  );
}

export function fetchErrorTraces(path: string, duration: number, signal: AbortSignal): Promise<number> {
  return getJson(`${path}/errortraces${queryString({ duration })}`, (json) => numeric(json) ?? 0, signal);
}
