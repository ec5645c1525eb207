import { describe, expect, it } from 'vitest';
import { decodeTraces, newest, type Span, type Trace } from '../api/traces';
import { recordedJson } from '../testGraph';
import { heat, heatmap, statsQueries } from './heatmap';
import { durationPercentile, isErrorSpan, similarTraces, spanFacts, spanTree, summarize, traceDistance, workloadOfPod } from './spans';
import { niceTicks, timeTicks } from './ticks';
import { parseTraces, writeTraces } from './tracesState';

const list = decodeTraces(recordedJson('traces_reviews'));
const seven = list.traces.find((trace) => trace.spans.length === 7) as Trace;

describe('the recorded traces', () => {
  it('are understood', () => {
    expect(list).toMatchObject({ service: 'reviews.bookinfo', errors: [] });
    expect(list.traces).toHaveLength(40);
    expect(summarize(seven)).toMatchObject({ service: 'productpage.bookinfo', errors: 0 });
    expect(summarize(seven).apps.map(({ name }) => name)).toEqual(['details.bookinfo', 'productpage.bookinfo', 'ratings.bookinfo', 'reviews.bookinfo']);
    expect(seven.duration).toBeGreaterThanOrEqual(60_000);
    expect(spanTree(seven).map(({ depth }) => depth)[0]).toBe(0);
    expect(spanTree(seven)).toHaveLength(7);
    expect(list.traces.filter((trace) => summarize(trace).errors > 0).length).toBeGreaterThan(0);
  });

  it('tell where a span comes from', () => {
    const span = seven.spans.find(({ service, tags }) => service === 'reviews.bookinfo' && tags['span.kind'] === 'client') as Span;
    expect(spanFacts(span)).toMatchObject({ app: 'reviews', namespace: 'bookinfo', workload: 'reviews-v2', direction: 'outbound', method: 'GET', status: '200', flags: '', component: 'proxy' });
    expect(workloadOfPod('istio-ingressgateway-7d4c9f8b5d-x2x9k')).toBe('istio-ingressgateway');
    expect(workloadOfPod('mysql-0')).toBe('mysql');
  });

  it('refuse what is no trace', () => {
    expect(() => decodeTraces({ data: [7] })).not.toThrow();
    expect(decodeTraces({ data: null, errors: [{ code: 404, msg: 'trace not found' }] })).toEqual({ traces: [], errors: ['trace not found'], service: '' });
    expect(() => decodeTraces([])).toThrow(/expected an object/);
  });
});

describe('errors of spans', () => {
  it.each([
    [{ error: 'true' }, true], [{ 'http.status_code': '503' }, true], [{ 'http.status_code': '404' }, true], [{ 'http.status_code': '200' }, false],
    [{ 'grpc.status_code': '14' }, true], [{ 'grpc.status_code': '0' }, false], [{ error: 'false' }, false], [{}, false],
  ])('%j', (tags, expected) => expect(isErrorSpan({ tags: tags as Record<string, string> })).toBe(expected));
});

describe('the tree of spans', () => {
  const span = (spanId: string, parentId: string | null, start: number): Span => ({ traceId: 't', spanId, parentId, operation: spanId, service: 's', start, duration: 1, tags: {}, logs: [], warnings: [] });
  const tree = (spans: Span[]) => spanTree({ id: 't', spans, start: 0, duration: 1 }).map((row) => `${row.depth}${row.span.spanId}`);

  it('goes depth first, and keeps spans without a parent and in circles', () => {
    expect(tree([span('a', null, 0), span('b', 'a', 1), span('c', 'a', 2), span('d', 'b', 3)])).toEqual(['0a', '1b', '2d', '1c']);
    expect(tree([span('b', 'gone', 0)])).toEqual(['0b']);
    expect(tree([span('x', 'y', 0), span('y', 'x', 1), span('z', 'z', 2)])).toEqual(['0z', '0x', '1y']);
  });
});

describe('comparison', () => {
  it('finds similar traces by their operations', () => {
    expect(traceDistance(seven, seven)).toBe(0);
    const similar = similarTraces(seven, list.traces, 5);
    expect(similar).toHaveLength(5);
    expect(similar.every((trace) => trace.id !== seven.id && traceDistance(trace, seven) < 0.3)).toBe(true);
    expect(durationPercentile([], 0.9)).toBe(0);
    expect(durationPercentile(list.traces, 0.5)).toBeGreaterThan(0);
  });

  it('asks for the workload of a span and colours the difference', () => {
    const span = seven.spans.find(({ tags }) => tags['span.kind'] === 'server') as Span;
    expect(statsQueries(span, 5)).toHaveLength(3);
    const { namespace, workload } = spanFacts(span);
    const cells = heatmap(span, { [`${namespace}:workload:${workload}::inbound:60m:destination`]: { avg: span.duration / 1000 - 4 } });
    expect(cells.find((cell) => cell.stat === 'avg' && cell.interval === '60m')?.difference).toBeCloseTo(4);
    expect(cells.find((cell) => cell.stat === '0.99')?.difference).toBeNull();
    expect(statsQueries({ ...span, tags: {} }, 5)).toEqual([]);
    expect([heat(-50), heat(5), heat(50)]).toEqual([-1, 0.5, 1]);
  });
});

describe('axes and state', () => {
  it('have round ticks', () => {
    expect(niceTicks(63_000, 5)).toEqual([0, 20_000, 40_000, 60_000]);
    expect(timeTicks(1000, 61_000, 3)).toEqual([30_000, 60_000]);
  });

  it('survive the way through the URL, and a bad trace id is none', () => {
    const state = parseTraces(new URLSearchParams('traceId=c0ffee&spanId=1&limitTraces=20&errs=true&percentile=90&traceValue=average'));
    expect(state).toEqual({ traceId: 'c0ffee', spanId: '1', limit: 20, errorsOnly: true, percentile: '90', value: 'average' });
    expect(parseTraces(writeTraces(state, new URLSearchParams()))).toEqual(state);
    expect(parseTraces(new URLSearchParams('traceId=../x&limitTraces=7&percentile=1'))).toMatchObject({ traceId: null, limit: 100, percentile: 'all' });
  });
});

describe('the newest spans', () => {
  it('are as many as wanted, whatever their order was', () => {
    const spans = [3, 1, 5, 4, 2].map((start) => ({ start }) as Span);
    expect(newest(spans, 2).map(({ start }) => start)).toEqual([5, 4]);
    expect(newest(spans, 9)).toHaveLength(5);
  });
});
