import type { LogEntry } from '../api/logs';
import type { Span } from '../api/traces';

/** A line of the joined log. */
export interface LogLine extends LogEntry {
  /** `pod/container`, or `spans`. */
  readonly source: string;
  readonly pod: string;
  readonly container: string;
  readonly span: Span | null;
  /** Tells lines apart, also equal ones of one moment. */
  readonly key: string;
}

export interface LogPart {
  readonly pod: string;
  readonly container: string;
  readonly entries: readonly LogEntry[];
}

/** All lines by time; lines of one container keep their order. */
export function interleave(parts: readonly LogPart[], spans: readonly Span[]): readonly LogLine[] {
  const lines = parts.flatMap(({ pod, container, entries }) =>
    entries.map((entry, i): LogLine => ({ ...entry, pod, container, source: `${pod}/${container}`, span: null, key: `${pod}/${container}/${i}` })),
  );
  const marks = spans.map(
    (span): LogLine => ({
      message: `${span.operation} ${span.tags['http.method'] ?? ''} ${span.tags['http.status_code'] ?? ''}`.trim(),
      severity: 'INFO',
      time: Math.floor(span.start / 1000),
      pod: '',
      container: 'spans',
      source: 'spans',
      span,
      key: `span/${span.traceId}/${span.spanId}`,
    }),
  );
  // The sort is stable: what has one time stays in its order.
  return [...lines, ...marks].sort((a, b) => a.time - b.time);
}

export interface LogFilter {
  readonly show: string;
  readonly hide: string;
  readonly isRegex: boolean;
}

/** `error`: the expression that is no regular expression, with the reason. */
export function logMatcher(filter: LogFilter): { readonly matches: (line: Pick<LogLine, 'message'>) => boolean; readonly error: string | null } {
  try {
    const [show, hide] = [tester(filter.show, filter.isRegex), tester(filter.hide, filter.isRegex)];
    return { matches: (line) => (show?.(line.message) ?? true) && !(hide?.(line.message) ?? false), error: null };
  } catch (error) {
    return { matches: () => true, error: error instanceof Error ? error.message : String(error) };
  }
}

/** Substrings count case, as in Kiali. */
function tester(expression: string, isRegex: boolean): ((text: string) => boolean) | null {
  if (expression === '') return null;
  if (!isRegex) return (text) => text.includes(expression);
  const pattern = new RegExp(expression);
  return (text) => pattern.test(text);
}

/** The lines as text, for the clipboard and for a file. */
export function asText(lines: readonly LogLine[], timestamps: boolean): string {
  return lines.map((line) => `${timestamps ? `${new Date(line.time).toISOString()} ` : ''}[${line.container}] ${line.message}`).join('\n');
}

/** The object of a line in JSON; `null` for other lines. */
export function jsonOf(message: string): Readonly<Record<string, unknown>> | null {
  if (!message.startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(message);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
