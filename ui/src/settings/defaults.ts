import type { UiDefaults } from '../api/config';
import type { TrafficGroup, TrafficRate } from '../graph/graphState';
import { defaultDuration, defaultRefresh, durations, refreshIntervals, refreshManual, refreshPaused } from '../time/time';
import { traceLimits } from '../traces/traceLimits';

/** What pages show where neither the address nor the user says otherwise. */
export interface Defaults {
  /** Seconds. */
  readonly duration: number;
  /** Milliseconds. */
  readonly refresh: number;
  readonly traffic: Readonly<Partial<Record<TrafficGroup, TrafficRate>>>;
  readonly traceLimit: number;
}

export const standardDefaults: Defaults = {
  duration: defaultDuration,
  refresh: defaultRefresh,
  traffic: { ambient: 'ambientTotal', grpc: 'grpcRequest', http: 'httpRequest', tcp: 'tcpSent' },
  traceLimit: 100,
};

let present = standardDefaults;

/** The defaults in force: those of the server once it has told them, which is before a page is drawn. They are the same for all its users, so a link means the same to everybody. */
export function defaults(): Defaults {
  return present;
}

/** Takes over what the server's `uiDefaults` say; `null`: they are not known. */
export function applyDefaults(server: UiDefaults | null): void {
  present = server === null ? standardDefaults : readDefaults(server);
}

const rates: Readonly<Record<TrafficGroup, Readonly<Record<string, TrafficRate>>>> = {
  ambient: { total: 'ambientTotal', waypoint: 'ambientWaypoint', ztunnel: 'ambientZtunnel' },
  grpc: { requests: 'grpcRequest', received: 'grpcReceived', sent: 'grpcSent', total: 'grpcTotal' },
  http: { requests: 'httpRequest' },
  tcp: { sent: 'tcpSent', received: 'tcpReceived', total: 'tcpTotal' },
};

/** Kiali's words in ours. What this console does not know takes the standard. */
export function readDefaults(server: UiDefaults): Defaults {
  const duration = seconds(server.metricsPerRefresh);
  return {
    duration: durations.find((each) => each === duration) ?? standardDefaults.duration,
    refresh: readRefresh(server.refreshInterval),
    traffic: Object.fromEntries(
      (Object.keys(rates) as TrafficGroup[]).flatMap((group) => {
        const word = server.traffic[group];
        if (word === 'none') return [];
        return [[group, rates[group][word ?? ''] ?? standardDefaults.traffic[group]]];
      }),
    ),
    traceLimit: traceLimits.find((each) => each === server.traceLimit) ?? standardDefaults.traceLimit,
  };
}

function readRefresh(text: string): number {
  if (text === 'pause') return refreshPaused;
  if (text === 'manual') return refreshManual;
  const milliseconds = (seconds(text) ?? Number.NaN) * 1000;
  return refreshIntervals.find((each) => each > refreshManual && each === milliseconds) ?? standardDefaults.refresh;
}

/** `90s`, `1m`, `2h`, `7d` in seconds. */
function seconds(text: string): number | null {
  const found = /^(\d+)([smhd])$/.exec(text.trim());
  const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
  return found === null ? null : Number(found[1]) * (units[found[2] ?? ''] ?? 1);
}
