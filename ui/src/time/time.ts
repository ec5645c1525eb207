import { language } from '../i18n';

/** Durations of Kiali's "Last ..." menu, in seconds. */
export const durations = [60, 120, 300, 600, 1800, 3600, 10800, 21600, 43200, 86400, 604800, 2592000] as const;

/** Refresh intervals in milliseconds. Two of them are no intervals: see `refreshPaused` and `refreshManual`. */
export const refreshIntervals = [0, 1, 10_000, 15_000, 30_000, 60_000, 300_000, 900_000] as const;

/** Loads when the page changes or the user asks, and then rests. */
export const refreshPaused = 0;

/** Loads only when the user asks. */
export const refreshManual = 1;

export const defaultDuration = 60;
export const defaultRefresh = 10_000;

/** Kiali offers what the metrics store keeps and what spans at least two scrapes. */
export function offeredDurations(retention: number, scrapeInterval: number): number[] {
  return durations.filter((duration) => duration <= retention && duration >= 2 * scrapeInterval);
}

/** `90` as `90s`, `120` as `2m`, `7200` as `2h`, `86400` as `1d`. */
export function shortDuration(seconds: number): string {
  for (const [unit, length] of [['d', 86400], ['h', 3600], ['m', 60]] as const) {
    if (seconds >= length && seconds % length === 0) return `${seconds / length}${unit}`;
  }
  return `${seconds}s`;
}

/** A moment in the form that `<input type="datetime-local">` takes: local time to the second. */
export function localInput(milliseconds: number): string {
  const local = new Date(milliseconds - new Date(milliseconds).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}

/** How long ago, in the largest fitting unit: `3 minutes ago`. */
export function ago(milliseconds: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - milliseconds) / 1000));
  const format = new Intl.RelativeTimeFormat(language(), { numeric: 'auto' });
  for (const [unit, length] of [['day', 86400], ['hour', 3600], ['minute', 60]] as const) {
    if (seconds >= length) return format.format(-Math.floor(seconds / length), unit);
  }
  return format.format(-seconds, 'second');
}
