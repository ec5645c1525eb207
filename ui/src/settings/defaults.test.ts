import { afterEach, describe, expect, it } from 'vitest';
import { decodeConfig } from '../api/config';
import { parseGraphState, writeGraphState } from '../graph/graphState';
import { recordedJson } from '../testGraph';
import { parseTime } from '../time/useTime';
import { parseTraces } from '../traces/tracesState';
import { applyDefaults, defaults, standardDefaults } from './defaults';
import { preferences, startAddress } from './preferences';

const nothing = { metricsPerRefresh: '', refreshInterval: '', traffic: {}, traceLimit: null };

describe('defaults of the server', () => {
  afterEach(() => {
    applyDefaults(null);
    localStorage.clear();
  });

  it('are what an address without parameters means, and what the user has not chosen', () => {
    applyDefaults({ metricsPerRefresh: '10m', refreshInterval: '15s', traffic: { ambient: 'waypoint', grpc: 'none', http: 'requests', tcp: 'total' }, traceLimit: 20 });
    const empty = new URLSearchParams();
    expect(parseTime(empty)).toMatchObject({ duration: 600, refresh: 15_000 });
    expect(parseGraphState(empty)).toMatchObject({ duration: 600, refresh: 15_000, traffic: { ambient: 'ambientWaypoint', http: 'httpRequest', tcp: 'tcpTotal' } });
    expect(parseGraphState(empty).traffic.grpc).toBeUndefined();
    expect(parseTraces(empty).limit).toBe(20);
    expect(preferences()).toMatchObject({ duration: 600, refresh: 15_000 });
    expect(startAddress(preferences())).toBe('/graph/namespaces');
  });

  it('yield to the address and to the user', () => {
    applyDefaults({ ...nothing, metricsPerRefresh: '10m', refreshInterval: 'pause' });
    expect(parseTime(new URLSearchParams('duration=60&refresh=10000'))).toMatchObject({ duration: 60, refresh: 10_000 });
    localStorage.setItem('weft.preferences', JSON.stringify({ duration: 60, refresh: 10_000 }));
    expect(startAddress(preferences())).toBe('/graph/namespaces?duration=60&refresh=10000');
    expect(writeGraphState({ ...parseGraphState(new URLSearchParams()), duration: 60 }, new URLSearchParams()).toString()).toBe('duration=60');
  });

  it('are the standard where the server says nothing, or what nobody knows', () => {
    for (const server of [nothing, { metricsPerRefresh: 'soon', refreshInterval: '7s', traffic: { grpc: 'all' }, traceLimit: 3 }]) {
      applyDefaults(server);
      expect(defaults()).toEqual(standardDefaults);
    }
  });

  it('stand in the configuration as a real Kiali has it', () => {
    const { uiDefaults } = decodeConfig(recordedJson('config'));
    expect(uiDefaults).toEqual({ metricsPerRefresh: '1m', refreshInterval: '1m', traffic: { ambient: 'total', grpc: 'requests', http: 'requests', tcp: 'sent' }, traceLimit: 100 });
  });
});
