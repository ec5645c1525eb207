import { describe, expect, it } from 'vitest';
import { decodeIstioObject } from '../api/istio';
import { recordedJson } from '../testGraph';
import { fieldLine } from './fieldLine';
import { kindTitle } from './istioList';
import { objectYaml } from './objectYaml';

const address = { namespace: 'bookinfo', group: 'networking.istio.io', version: 'v1', kind: 'DestinationRule', name: 'reviews' };
const rule = decodeIstioObject(recordedJson('object_dr'), address);
const yaml = objectYaml(rule.resource);
const lineOf = (path: string) => yaml.split('\n')[fieldLine(yaml, path) - 1]?.trim();

describe('an object of Istio', () => {
  it('is understood', () => {
    expect(rule.validation?.checks[0]).toMatchObject({ code: 'KIA0203', path: 'spec/subsets[3]' });
    expect(rule.permissions).toEqual({ update: true, remove: true });
    expect(rule.services).toContainEqual({ name: 'reviews', namespace: 'bookinfo' });
    expect(() => decodeIstioObject({}, address)).toThrow(/resource: expected an object/);
  });

  it('reads as YAML, identity first, without bookkeeping', () => {
    expect(yaml.split('\n').slice(0, 5)).toEqual(['apiVersion: networking.istio.io/v1', 'kind: DestinationRule', 'metadata:', '  name: reviews', '  namespace: bookinfo']);
    expect(yaml).not.toMatch(/managedFields|last-applied/);
  });

  it('has the finding at the line of its field', () => {
    expect(lineOf('spec/subsets[3]')).toBe('- labels:');
    expect(lineOf('spec/subsets[3]/labels/version')).toBe('version: v9');
    expect(lineOf('spec.trafficPolicy.loadBalancer')).toBe('loadBalancer:');
    expect(lineOf('spec/subsets[9]/name')).toBe('subsets:');
    expect(fieldLine(yaml, 'nonsense')).toBe(1);
    expect(fieldLine(': [', 'spec')).toBe(1);
  });

  it('of the Gateway API is told from that of Istio', () => {
    expect(kindTitle({ group: 'gateway.networking.k8s.io', kind: 'Gateway' })).toBe('Gateway (K8s)');
    expect(kindTitle({ group: 'networking.istio.io', kind: 'Gateway' })).toBe('Gateway');
  });
});
