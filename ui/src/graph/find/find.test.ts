import { describe, expect, it } from 'vitest';
import { decodeGraph, type GraphEdge, type GraphNode } from '../../api/graph';
import { matchesEdge, matchesNode } from './match';
import { findRequirements, parseFind } from './parse';

const graph = decodeGraph({
  graphType: 'versionedApp',
  elements: {
    nodes: [
      node('a', { nodeType: 'app', app: 'reviews', version: 'v1', workload: 'reviews-v1', healthData: health('Healthy'), traffic: [traffic({ httpIn: '10.00' })], labels: { team: 'x' } }),
      node('b', { nodeType: 'service', service: 'ratings', healthData: health('Failure'), hasVS: { hostnames: ['ratings'] }, traffic: [traffic({ httpIn: '9.50' })] }),
      node('c', { nodeType: 'workload', workload: 'legacy', isOutOfMesh: true, healthData: health('NA') }),
      node('d', { nodeType: 'unknown' }),
    ],
    edges: [
      edge('ab', 'a', 'b', 'http', { http: '5.00', http5xx: '0.50', httpPercentErr: '10.0', httpPercentReq: '100.0' }, { responseTime: '1500', isMTLS: '100' }),
      edge('bc', 'b', 'c', 'tcp', { tcp: '2500.00' }),
      edge('ac', 'a', 'c', 'http', { http: '12.00' }),
      edge('dc', 'd', 'c', 'http', {}),
    ],
  },
});

const ranks: Record<string, number> = { a: 1, b: 30 };
const nodes = (text: string) => graph.nodes.filter((n: GraphNode) => matchesNode(parseFind(text), { node: n, rank: ranks[n.id] ?? null })).map((n) => n.id).join('');
const edges = (text: string) => graph.edges.filter((e: GraphEdge) => matchesEdge(parseFind(text), e)).map((e) => e.id).join(' ');

describe('the find language', () => {
  it.each([
    ['http = 5', 'ab'],
    ['http = 5.0', 'ab'],
    ['http != 5', 'ac'],
    ['http > 5', 'ac'],
    ['http >= 5', 'ab ac'],
    ['http < 9', 'ab'],
    ['%httperr > 5', 'ab'],
    ['%httperror = 0', 'ac'],
    ['rt > 1000', 'ab'],
    ['responsetime > 1000 and http = 5', 'ab'],
    ['response time > 1000', 'ab'],
    ['tcp > 1000', 'bc'],
    ['http = NaN', 'bc dc'],
    ['http != NaN', 'ab ac'],
    ['traffic', 'ab bc ac'],
    ['! traffic', 'dc'],
    ['not traffic', 'dc'],
    ['mtls', 'ab'],
    ['has mtls', 'ab'],
    ['protocol = tcp', 'bc'],
    ['not (protocol = tcp or http > 6)', 'ab'],
  ])('finds edges with %s', (text, expected) => expect(edges(text)).toBe(expected));

  it.each([
    ['app = reviews', 'a'],
    ['app ^= rev', 'a'],
    ['app startswith rev', 'a'],
    ['app not contains rev', 'bcd'],
    ['workload endswith v1', 'a'],
    ['wl $= v1', 'a'],
    ['name = ratings', 'b'],
    ['name = unknown', 'd'],
    ['name != ratings', 'acd'],
    ['name contains r and ! healthy', 'b'],
    ['svc = ratings OR version = v1', 'ab'],
    ['healthy', 'a'],
    ['! healthy', 'b'],
    ['is healthy', 'a'],
    ['has vs', 'b'],
    ['node = workload', 'c'],
    ['node = unknown', 'd'],
    ['outofmesh', 'c'],
    ['! sidecar', 'c'],
    ['sidecar', 'a'],
    ['rank <= 2', 'a'],
    ['rank > 2', 'b'],
    ['httpin > 9.6', 'a'],
    ['httpin = 9.5', 'b'],
    ['httpin = NaN', 'cd'],
    ['label:team', 'a'],
    ['label:team = x', 'a'],
    ['! label:team', 'bcd'],
    ['(app = reviews or service = ratings) and httpin > 9.6', 'a'],
    ['app = reviews or service = ratings and httpin > 100', 'a'],
    ['app = "reviews"', 'a'],
    ['!(app = reviews)', 'bcd'],
    ['not not app = reviews', 'a'],
    ['APP = reviews', 'a'],
  ])('finds nodes with %s', (text, expected) => expect(nodes(text)).toBe(expected));

  it('finds nodes and edges together with or', () => {
    expect(nodes('app = reviews or tcp > 1')).toBe('a');
    expect(edges('app = reviews or tcp > 1')).toBe('bc');
  });

  it.each([
    ['nonsense', 'Invalid operand [nonsense]'],
    ['app', 'No valid operator found'],
    ['app =', 'Expected a value'],
    ['http contains 5', 'Invalid operator [*=] for numeric condition'],
    ['http > five', 'Expected a number'],
    ['rank > 200', 'Invalid rank range'],
    ['node = frog', 'Invalid node type [frog]'],
    ['app = a and http > 5', 'Can not AND node and edge criteria'],
    ['(app = a', 'Missing ")"'],
    ['app = a)', 'Unexpected ")"'],
    ['', 'Expected an operand'],
    ['! ', 'Expected an operand'],
    ['healthy = 5', 'takes no comparison'],
    ['!(app = a or http > 5)', 'Can not negate'],
  ])('refuses %s', (text, message) => expect(() => parseFind(text)).toThrow(message));

  it('survives any text', () => {
    const alphabet = 'ab() !=<>*^$"\'%:orndthw5.\n\u00e9';
    let seed = 7;
    for (let i = 0; i < 3000; i++) {
      let text = '';
      for (let j = 0; j < 14; j++) text += alphabet[(seed = (seed * 1103515245 + 12345) & 0x7fffffff) % alphabet.length];
      try {
        parseFind(text);
      } catch (error) {
        expect((error as Error).name).toBe('FindSyntaxError');
      }
    }
  });

  it('knows what an expression needs from the server', () => {
    expect([...findRequirements('rt > 5 or mtls', 'has vs or label:app = x')].sort()).toEqual(['istio', 'labels', 'responseTime', 'security']);
    expect([...findRequirements('rubbish', '')]).toEqual([]);
  });
});

function node(id: string, data: object) {
  return { data: { id, namespace: 'bookinfo', cluster: 'Kubernetes', ...data } };
}

function edge(id: string, source: string, target: string, protocol: string, rates: object, more: object = {}) {
  return { data: { id, source, target, traffic: { protocol, rates }, ...more } };
}

function traffic(rates: object) {
  return { protocol: 'http', rates };
}

function health(status: string) {
  return { status: { status } };
}
