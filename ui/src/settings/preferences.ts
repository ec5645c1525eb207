import { useSyncExternalStore } from 'react';
import { durations, refreshIntervals } from '../time/time';
import { defaults, type Defaults } from './defaults';

/** Pages that the console can start with. */
export const startPages = ['/overview', '/graph/namespaces', '/mesh', '/namespaces', '/applications', '/services', '/workloads', '/istio', '/tracing'] as const;
export type StartPage = (typeof startPages)[number];

/** What a user has when he enters the console by its start. A link to a page means the same to everybody, so it is not touched by them. */
export interface Preferences {
  readonly startPage: StartPage;
  /** Seconds. */
  readonly duration: number;
  /** Milliseconds. */
  readonly refresh: number;
}

/** What a user has who has chosen nothing. */
export function standardPreferences(): Preferences {
  const { duration, refresh } = defaults();
  return { startPage: '/graph/namespaces', duration, refresh };
}

const storageKey = 'weft.preferences';
const listeners = new Set<() => void>();
let kept: { readonly text: string | null; readonly defaults: Defaults; readonly preferences: Preferences } | null = null;

/** What the browser keeps; a value that this console does not know is the standard one. */
export function preferences(): Preferences {
  const text = localStorage.getItem(storageKey);
  if (kept === null || kept.text !== text || kept.defaults !== defaults()) kept = { text, defaults: defaults(), preferences: parsePreferences(text) };
  return kept.preferences;
}

export function changePreferences(change: Partial<Preferences> | null): void {
  if (change === null) localStorage.removeItem(storageKey);
  else localStorage.setItem(storageKey, JSON.stringify({ ...preferences(), ...change }));
  for (const changed of listeners) changed();
}

export function usePreferences(): Preferences {
  return useSyncExternalStore((changed) => {
    listeners.add(changed);
    return () => listeners.delete(changed);
  }, preferences);
}

/** Where the root of the console leads. What is standard is left out of the address, as everywhere. */
export function startAddress({ startPage, duration, refresh }: Preferences): string {
  const params = new URLSearchParams();
  if (duration !== defaults().duration) params.set('duration', String(duration));
  if (refresh !== defaults().refresh) params.set('refresh', String(refresh));
  return params.size === 0 ? startPage : `${startPage}?${params.toString()}`;
}

function parsePreferences(text: string | null): Preferences {
  const data = parsed(text);
  const standard = standardPreferences();
  const one = <T>(value: unknown, allowed: readonly T[], other: T): T => allowed.find((each) => each === value) ?? other;
  return {
    startPage: one(data.startPage, startPages, standard.startPage),
    duration: one<number>(data.duration, durations, standard.duration),
    refresh: one<number>(data.refresh, refreshIntervals, standard.refresh),
  };
}

function parsed(text: string | null): Readonly<Record<string, unknown>> {
  try {
    const data: unknown = JSON.parse(text ?? '{}');
    return typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
