import { describe, expect, it } from 'vitest';
import { decodeLog } from '../api/logs';
import { decodeProxyClusters, decodeProxyListeners, decodeProxyRoutes } from '../api/proxy';
import { decodeTraces } from '../api/traces';
import { recordedJson } from '../testGraph';
import { parseAccessLog } from './accessLog';
import { asText, interleave, jsonOf, logMatcher } from './logLines';
import { parseLogs, writeLogs } from './logsState';

const proxy = decodeLog(recordedJson('log_proxy'));
const app = decodeLog(recordedJson('log_app'));

describe('the recorded logs', () => {
  const lines = interleave(
    [
      { pod: 'p', container: 'productpage', entries: app.entries },
      { pod: 'p', container: 'istio-proxy', entries: proxy.entries },
    ],
    [],
  );

  it('are joined by time, each container in its order', () => {
    expect(lines).toHaveLength(app.entries.length + proxy.entries.length);
    expect(lines.every((line, i) => i === 0 || (lines[i - 1]?.time ?? 0) <= line.time)).toBe(true);
    expect(new Set(lines.map(({ key }) => key)).size).toBe(lines.length);
    expect(lines.find(({ severity }) => severity === 'WARN')?.message).toContain('gRPC config stream closed');
    expect(asText(lines.slice(0, 1), false)).toBe('[productpage] INFO starting productpage');
  });

  it('have spans among them', () => {
    const span = decodeTraces(recordedJson('traces_reviews')).traces[0]?.spans[0];
    const [first] = interleave([], span ? [span] : []);
    expect(first).toMatchObject({ source: 'spans', span });
    expect(first?.message).toContain('GET 200');
  });

  it('refuse what is no log', () => {
    expect(() => decodeLog([])).toThrow(/expected an object/);
    expect(decodeLog({ entries: null, linesTruncated: true })).toEqual({ entries: [], isTruncated: true });
    expect(decodeLog({ entries: [{ message: 'x', severity: 'frog' }] }).entries[0]?.severity).toBe('INFO');
  });
});

describe('filters', () => {
  const kept = (show: string, hide: string, isRegex = false) => {
    const { matches, error } = logMatcher({ show, hide, isRegex });
    return [['GET /Rome', 'GET /Paris', 'start'].filter((message) => matches({ message })), error];
  };

  it('show and hide by substring, which counts case, or by expression', () => {
    expect(kept('Rome', '')).toEqual([['GET /Rome'], null]);
    expect(kept('rome', '')).toEqual([[], null]);
    expect(kept('GET', 'Rome')).toEqual([['GET /Paris'], null]);
    expect(kept('^GET /[A-Q]', '', true)).toEqual([['GET /Paris'], null]);
    expect(kept('a+', '')).toEqual([[], null]);
  });

  it('say why they are no expression, and then filter nothing', () => {
    const [lines, error] = kept('(', '', true);
    expect(lines).toHaveLength(3);
    expect(error).toMatch(/regular expression/);
  });
});

describe('access log lines', () => {
  it('of this version of Istio', () => {
    const lines = proxy.entries.map(({ message }) => parseAccessLog(message));
    expect(lines.slice(0, 2)).toEqual([null, null]);
    expect(lines[2]).toMatchObject({
      method: 'GET', path: '/reviews/0', protocol: 'HTTP/1.1', responseCode: '200', responseFlags: '-', responseCodeDetails: 'via_upstream', upstreamFailureReason: '-', bytesSent: '379', duration: '12',
      upstreamServiceTime: '11', userAgent: 'curl/8.0', authority: 'reviews:9080', upstreamHost: '10.0.0.37:9080', upstreamCluster: 'outbound|9080|v1|reviews.bookinfo.svc.cluster.local',
      downstreamRemoteAddress: '10.0.0.36:40001', routeName: '-',
    });
    expect(lines[3]).toMatchObject({ responseCode: '500', responseFlags: 'FI', responseCodeDetails: 'fault_filter_abort' });
    expect(lines[4]).toMatchObject({ method: '-', responseCode: '0', responseFlags: 'UF,URX', duration: '10001' });
  });

  it('of older ones, as in the guestbook', () => {
    const line = '[2019-05-27T21:55:46.000Z] "- - -" 0 - "-" "-" 27 31 29 - "-" "-" "-" "-" "10.1.0.59:6379" outbound|6379||redis-slave.guestbook.svc.cluster.local 10.1.0.67:1 10.1.0.9:6379 10.1.0.67:2 -';
    expect(parseAccessLog(line)).toMatchObject({ bytesReceived: '27', bytesSent: '31', duration: '29', upstreamHost: '10.1.0.59:6379', upstreamCluster: 'outbound|6379||redis-slave.guestbook.svc.cluster.local' });
  });

  it.each(['', 'plain', '[2026-11-21] text', '[2026-11-21T04:00:05.090Z] "GET / HTTP/1.1" no numbers', '[2026-11-21T04:00:05.090Z] "'])('%j is none', (line) => expect(parseAccessLog(line)).toBeNull());

  it('and lines in JSON are told apart', () => {
    expect(jsonOf('{"level":"debug"}')).toEqual({ level: 'debug' });
    expect(jsonOf('{broken')).toBeNull();
    expect(jsonOf('7')).toBeNull();
  });
});

describe('the state of the logs tab', () => {
  it('survives the way through the URL', () => {
    const state = parseLogs(new URLSearchParams('pod=*&containersOff=istio-proxy,spans&logShow=a%26b&logHide=c&logRegex=true&maxLines=0&showSpans=true&limitSpans=7&timestamps=false&wrap=false'));
    expect(state).toEqual({ pod: '*', off: ['istio-proxy', 'spans'], show: 'a&b', hide: 'c', isRegex: true, maxLines: 0, spans: true, spanLimit: 100, timestamps: false, wrap: false });
    expect(parseLogs(writeLogs(state, new URLSearchParams('tab=logs')))).toEqual(state);
    expect(parseLogs(new URLSearchParams('maxLines=7')).maxLines).toBe(3000);
  });
});

describe('the recorded proxy', () => {
  it('is understood', () => {
    const clusters = decodeProxyClusters(recordedJson('proxy_clusters'));
    expect(clusters.map(({ fqdn }) => fqdn)).toContain('details.bookinfo.svc.cluster.local');
    expect(clusters.find(({ fqdn }) => fqdn === 'BlackHoleCluster')).toMatchObject({ port: null, type: 'STATIC', direction: '' });
    expect(decodeProxyListeners(recordedJson('proxy_listeners'))[1]).toEqual({ address: '0.0.0.0', port: 15006, match: 'Trans: tls; Addr: *:9080', destination: 'Cluster: inbound|9080||' });
    expect(decodeProxyRoutes(recordedJson('proxy_routes'))[0]).toEqual({ name: '9080', domains: 'reviews', match: '/*', virtualService: 'reviews.bookinfo' });
  });
});
