import { useSyncExternalStore } from 'react';
import { defaultDuration, defaultRefresh, durations, refreshIntervals } from '../time/time';

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

export const standardPreferences: Preferences = { startPage: '/graph/namespaces', duration: defaultDuration, refresh: defaultRefresh };

const storageKey = 'weft.preferences';
const listeners = new Set<() => void>();
let kept: { readonly text: string | null; readonly preferences: Preferences } | null = null;

/** What the browser keeps; a value that this console does not know is the standard one. */
export function preferences(): Preferences {
  const text = localStorage.getItem(storageKey);
  if (kept === null || kept.text !== text) kept = { text, preferences: parsePreferences(text) };
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
  if (duration !== defaultDuration) params.set('duration', String(duration));
  if (refresh !== defaultRefresh) params.set('refresh', String(refresh));
  return params.size === 0 ? startPage : `${startPage}?${params.toString()}`;
}

function parsePreferences(text: string | null): Preferences {
  const data = parsed(text);
  const one = <T>(value: unknown, allowed: readonly T[], standard: T): T => allowed.find((each) => each === value) ?? standard;
  return {
    startPage: one(data.startPage, startPages, standardPreferences.startPage),
    duration: one<number>(data.duration, durations, defaultDuration),
    refresh: one<number>(data.refresh, refreshIntervals, defaultRefresh),
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
