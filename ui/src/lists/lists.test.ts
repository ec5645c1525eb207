import { describe, expect, it } from 'vitest';
import { decodeIstioConfig, decodeValidationSummaries } from '../api/istio';
import { decodeList } from '../api/lists';
import { decodeNamespaceHealth } from '../api/clusterHealth';
import { objectPath, parseKind, validationStatus } from '../api/references';
import { tlsMode } from '../api/tls';
import { recordedJson } from '../testGraph';
import { sortRows } from './columns';
import { entityList } from './entityLists';
import { addValue, applyFilters, matchesLabel, removeValue } from './filters';
import { parseListState, writeListState } from './listState';

const workloads = decodeList('workloads', recordedJson('workloads'));
const list = entityList('workloads', new Set(['istio-system']), false);
const names = (rows: readonly { readonly name: string }[]) => rows.map(({ name }) => name);

describe('the recorded lists', () => {
  it('are understood', () => {
    expect(decodeList('applications', recordedJson('applications'))).toHaveLength(26);
    expect(decodeList('services', recordedJson('services')).find(({ name }) => name === 'badport')?.validation?.checks[0]?.code).toBe('KIA0601');
    expect(workloads.find(({ name }) => name === 'scaled-down-v1')).toMatchObject({ type: 'Deployment', health: { status: 'Not Ready', errorRatio: null } });
    const config = decodeIstioConfig(recordedJson('istio_config'));
    expect(config.length).toBeGreaterThan(60);
    const rule = config.find(({ kind, name, namespace }) => kind === 'DestinationRule' && name === 'reviews' && namespace === 'bookinfo');
    expect(validationStatus(rule?.validation ?? null)).toBe('error');
    expect(decodeValidationSummaries(recordedJson('validations')).find(({ namespace }) => namespace === 'valid-a')).toMatchObject({ errors: 19, warnings: 35 });
    expect(decodeNamespaceHealth(recordedJson('health_app'), 'app')[0]).toMatchObject({ namespace: 'bookinfo', worst: 'Failure', members: { 'Not Ready': ['scaled-down'] } });
  });

  it('refuse what is no list', () => {
    expect(() => decodeList('workloads', { workloads: [{ namespace: 'a' }] })).toThrow(/workloads\[0\].name: expected a string/);
    expect(() => decodeList('workloads', 'no')).toThrow(/expected an object/);
    expect(decodeList('workloads', { workloads: null })).toEqual([]);
  });
});

describe('filters', () => {
  const filter = (values: Record<string, string[]>, operation: 'or' | 'and' = 'or') => names(applyFilters(workloads, list.filters, values, operation));

  it('take the values of one filter as alternatives and need all filters', () => {
    expect(filter({ workloadname: ['reviews', 'ratings'], health: ['Failure'] })).toEqual(['reviews-v2']);
    expect(filter({ istiosidecar: ['Not Present'] })).toContain('legacy-v1');
    expect(filter({ istiosidecar: ['Not Present'] })).not.toContain('istiod');
    expect(filter({ workloadtype: ['WorkloadGroup'] })).toEqual(['ratings-vm', 'wg-1', 'wg-2']);
    expect(filter({ unknown: ['x'] })).toHaveLength(workloads.length);
  });

  it('join labels by the label operation', () => {
    expect(filter({ label: ['app=reviews', 'version=v1'] }, 'and')).toEqual(['reviews-v1']);
    expect(filter({ label: ['app=reviews', 'app=stock'] }).sort()).toEqual(['reviews-v1', 'reviews-v2', 'reviews-v3', 'stock-v1']);
    expect(matchesLabel({ app: 'cars', tier: '' }, 'tier')).toBe(true);
    expect(matchesLabel({ app: 'cars' }, 'app: c')).toBe(true);
    expect(matchesLabel({ app: 'cars' }, 'app=x,car')).toBe(true);
    expect(matchesLabel({ app: 'cars' }, 'version')).toBe(false);
  });

  it('add a value once and remove it', () => {
    const once = addValue({}, 'label', ' app ');
    expect(once).toEqual({ label: ['app'] });
    expect(addValue(once, 'label', 'app')).toBe(once);
    expect(addValue(once, 'label', '  ')).toBe(once);
    expect(removeValue(once, 'label', 'app')).toEqual({ label: [] });
  });
});

describe('order', () => {
  it('by health has the worst first, and among equals the one with more errors', () => {
    const statuses = sortRows(workloads, list, 'health', false).map((row) => row.health?.status);
    expect(statuses[0]).toBe('Failure');
    expect(statuses.at(-1)).toBe('Healthy');
    expect(names(sortRows(workloads, list, 'name', true))[0]).toBe([...names(workloads)].sort((a, b) => b.localeCompare(a))[0]);
  });
});

describe('the state of a list', () => {
  const parse = (query: string) => parseListState(new URLSearchParams(query), list.shape);

  it('survives the way through the URL', () => {
    const state = parse('health=Failure&health=Degraded&label=app%3Dx&opLabel=and&sort=health&direction=desc&wlhide=labels,type&namespaces=a&wlorder=type,name');
    expect(state).toEqual({
      filters: { health: ['Failure', 'Degraded'], label: ['app=x'] },
      labelOperation: 'and',
      sort: 'health',
      descending: true,
      hidden: ['labels', 'type'],
      order: ['type', 'name'],
    });
    expect(parseListState(writeListState(state, list.shape, new URLSearchParams('namespaces=a')), list.shape)).toEqual(state);
  });

  it('takes defaults for what it does not understand, and leaves defaults out', () => {
    const state = parse('sort=nonsense&wlhide=frog&health=');
    expect(state).toMatchObject({ filters: {}, sort: 'name', descending: false, hidden: [] });
    expect(writeListState(state, list.shape, new URLSearchParams('duration=600')).toString()).toBe('duration=600');
  });
});

describe('kinds and addresses', () => {
  it('are read and written', () => {
    expect(parseKind('networking.istio.io/v1, Kind=VirtualService')).toEqual({ group: 'networking.istio.io', version: 'v1', kind: 'VirtualService' });
    expect(parseKind('v1, Kind=Service')).toEqual({ group: '', version: 'v1', kind: 'Service' });
    expect(parseKind('nonsense')).toBeNull();
    expect(objectPath({ namespace: 'a b', group: 'g', version: 'v1', kind: 'K', name: 'n' })).toBe('/namespaces/a%20b/istio/g/v1/K/n');
  });

  it.each([['MTLS_ENABLED', 'strict'], ['UNSET_INHERITED_STRICT', 'strict'], ['MTLS_PARTIALLY_ENABLED', 'partial'], ['MTLS_DISABLED', 'disabled'], ['UNSET', 'unset'], ['', 'unset']])('mTLS %s is %s', (status, mode) =>
    expect(tlsMode(status)).toBe(mode),
  );
});
