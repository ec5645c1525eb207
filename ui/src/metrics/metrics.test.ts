import { describe, expect, it } from 'vitest';
import { decodeDashboard, decodeStats, type MetricChart } from '../api/metrics';
import { recordedJson } from '../testGraph';
import { defaultMetrics, metricsQuery, parseMetrics, stepOf, writeMetrics } from './metricsState';
import { chartLines, labelValues, lineLooks, statLabel, trendLine } from './series';
import { formatTick, formatValue, tickDistances } from './units';

const outbound = decodeDashboard(recordedJson('dashboard_outbound'));
const chart = (name: string, from = outbound): MetricChart => from.charts.find((item) => item.name === name) as MetricChart;

describe('the recorded dashboard', () => {
  it('has its twelve charts in order, with their units', () => {
    expect(outbound.charts.map(({ name, unit }) => `${name} ${unit}`)).toEqual([
      'Request volume ops', 'Request duration seconds', 'Request size bytes', 'Response size bytes', 'Request throughput bitrate', 'Response throughput bitrate',
      'gRPC received msgrate', 'gRPC sent msgrate', 'TCP opened connrate', 'TCP closed connrate', 'TCP received bitrate', 'TCP sent bitrate',
    ]);
    expect(outbound.aggregations[0]).toEqual({ label: 'source_canonical_revision', title: 'Local version' });
    expect(decodeStats(recordedJson('stats'))['bookinfo:app:reviews::inbound:2m:destination']?.['0.5']).toBeCloseTo(15.348, 3);
  });

  it('drops points that are no numbers, and takes absent series', () => {
    const odd = decodeDashboard({ charts: [{ name: 'x', metrics: [{ datapoints: [[1, 'NaN'], [2, '3'], 'no'] }] }, { name: 'y', metrics: null }] });
    expect(odd.charts.map((item) => item.series.map(({ points }) => points))).toEqual([[[[2, 3]]], []]);
    expect(() => decodeDashboard({ charts: 'no' })).toThrow(/charts: expected an array/);
  });
});

describe('the lines of a chart', () => {
  it('are named by their statistic, the average first', () => {
    expect(chartLines(chart('Request duration'), {}, outbound.aggregations).lines.map(({ label }) => label)).toEqual(['avg', 'p50', 'p95', 'p99', 'p99.9']);
    expect(chartLines(chart('Request volume'), {}, outbound.aggregations).lines.map(({ label }) => label)).toEqual(['Request volume']);
    expect(statLabel('0.999')).toBe('p99.9');
  });

  it('are named and filtered by the labels of a grouping', () => {
    const grouped = decodeDashboard(recordedJson('dashboard_bylabels'));
    const app = { label: 'source_canonical_service', title: 'Remote app' };
    expect(labelValues(grouped.charts, app)).toEqual(['productpage']);
    expect(chartLines(chart('Request volume', grouped), {}, [app]).lines[0]?.label).toBe('productpage');
    expect(chartLines(chart('Request duration', grouped), {}, [app]).lines[0]?.label).toBe('productpage [avg]');
    expect(chartLines(chart('Request volume', grouped), { source_canonical_service: ['other'] }, [app]).lines).toEqual([]);
  });

  it('share one time axis with gaps where a series has no point', () => {
    const series = (name: string, points: [number, number][]) => ({ name, stat: '', labels: { v: name }, points });
    const lines = chartLines({ name: 'c', unit: '', error: '', min: null, max: null, series: [series('b', [[2, 20], [3, 30]]), series('a', [[1, 1], [3, 3]])] }, {}, []);
    expect(lines).toEqual({ times: [1, 2, 3], lines: [{ label: 'a', group: 'a', stat: '', values: [1, null, 3] }, { label: 'b', group: 'b', stat: '', values: [null, 20, 30] }] });
  });

  it('have a colour each, or with groups a colour per group and dashes per statistic', () => {
    const line = (group: string, stat: string) => ({ label: '', group, stat, values: [] });
    expect(lineLooks([line('', 'avg'), line('', '0.5')]).map(({ color, dash }) => [color, dash.length])).toEqual([[0, 0], [1, 0]]);
    expect(lineLooks([line('a', 'avg'), line('a', '0.5'), line('b', '0.5')]).map(({ color, dash }) => [color, dash.length > 0])).toEqual([[0, false], [0, true], [1, true]]);
  });

  it('have a trend by least squares between their first and last point', () => {
    expect(trendLine([1, 2, 3, 4], [null, 2, null, 6])).toEqual([null, 2, 4, 6]);
    expect(trendLine([1, 2], [5, null])).toEqual([null, null]);
  });
});

describe('the state of a metrics tab', () => {
  it('survives the way through the URL', () => {
    const state = parseMetrics(new URLSearchParams('reporter=both&bylbl=response_code=200,503&bylbl=app&quantiles=0.95&avg=false&trendlines=true&showSpans=true&limitSpans=500&expand=Request+volume&op=max'), defaultMetrics);
    expect(state).toEqual({ reporter: 'both', grouping: { response_code: ['200', '503'], app: [] }, average: false, quantiles: ['0.95'], trendlines: true, spans: true, spanLimit: 500, expanded: 'Request volume', aggregator: 'max' });
    expect(parseMetrics(writeMetrics(state, new URLSearchParams('tab=in_metrics'), defaultMetrics), defaultMetrics)).toEqual(state);
    expect(writeMetrics(parseMetrics(new URLSearchParams('reporter=frog&quantiles=0.5,0.95,0.99,7'), defaultMetrics), new URLSearchParams(), defaultMetrics).toString()).toBe('');
  });

  it('asks for about fifty points, and for rates over four scrapes at least', () => {
    expect(stepOf(60, 5)).toEqual({ step: 10, rateInterval: 20 });
    expect(stepOf(3600, 15)).toEqual({ step: 72, rateInterval: 72 });
    const query = metricsQuery({ ...defaultMetrics, grouping: { a: ['1'] } }, { duration: 300, refresh: 0, range: { from: 1000, to: 301_000 } }, 5);
    expect(query).toMatchObject({ queryTime: 301, duration: 300, 'byLabels[]': ['a'], 'quantiles[]': ['0.5', '0.95', '0.99'] });
  });
});

describe('units', () => {
  it.each([
    [0.0153, 'seconds', '15.3 ms'], [2.5, 'seconds', '2.5 s'], [0.0000123, 'seconds', '12.3 µs'], [0, 'seconds', '0 s'], [1536, 'bytes', '1.5 KiB'], [363_789.98, 'bitrate', '364 kbit/s'],
    [49.2, 'ops', '49.2 ops'], [4, 'connrate', '4 conn/s'], [1_500_000, '', '1.5 M'], [12, 'GC', '12 GC'],
  ])('%d %s reads %s', (value, unit, text) => expect(formatValue(value, unit)).toBe(text));

  it('have ticks that read well', () => {
    expect(tickDistances('bytes')).toContain(1024);
    expect(tickDistances('ops')).toBeUndefined();
    expect(formatTick(0, 86_400)).toMatch(/Jan 1|Dec 31/);
    expect(formatTick(0, 10)).toMatch(/^\d\d:\d\d:\d\d$/);
    expect(formatTick(0, 60)).toMatch(/^\d\d:\d\d$/);
  });
});
