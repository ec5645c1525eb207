import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { t } from '../i18n';
import { useTheme } from '../shell/theme';
import { chartColors, chartInk } from './chartColors';
import { lineLooks, trendLine, type ChartLines } from './series';
import { formatSeconds, formatTick, formatValue, tickDistances } from './units';
import './metrics.css';

/** A point laid over a chart: a span at its start, as high as it was long. */
export interface ChartSpan {
  readonly id: string;
  /** Seconds since 1970. */
  readonly time: number;
  /** Seconds. */
  readonly duration: number;
  readonly isError: boolean;
  readonly title: string;
}

interface Props {
  readonly name: string;
  readonly unit: string;
  readonly data: ChartLines;
  readonly height: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly trendlines: boolean;
  readonly spans: readonly ChartSpan[];
  /** The span of time to show, in seconds, also where there are no points. */
  readonly window: readonly [from: number, to: number];
  /** The user has dragged over a part of the time. Milliseconds. */
  readonly onZoom: (from: number, to: number) => void;
  readonly onSpan: (id: string) => void;
}

interface Tip {
  readonly x: number;
  readonly y: number;
  readonly time: number;
  readonly rows: readonly { readonly label: string; readonly color: string; readonly text: string }[];
  readonly span: ChartSpan | null;
}

/** Lines over time. Dragging chooses a time range; a click on a span opens its trace. New data do not build the chart anew. */
export function TimeChart(props: Props) {
  const { name, unit, data, height, min, max, trendlines, spans, window: shownWindow } = props;
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef({ spans, window: shownWindow });
  latest.current = { spans, window: shownWindow };
  const [theme] = useTheme();
  const [tip, setTip] = useState<Tip | null>(null);
  const [off, setOff] = useState<ReadonlySet<string>>(new Set());
  const onZoom = useEffectEvent(props.onZoom);
  const onSpan = useEffectEvent(props.onSpan);

  const colors = chartColors(theme === 'dark');
  const shape = data.lines.map(({ label }) => label).join('\n');
  const looks = useMemo(() => lineLooks(data.lines), [shape]);
  const colorAt = (i: number) => colors[(looks[i]?.color ?? i) % colors.length] ?? '';
  const hasSpans = spans.length > 0;
  const values = useMemo(() => alignedData(data, trendlines), [data, trendlines]);

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const ink = chartInk(theme === 'dark');
    const labels = shape === '' ? [] : shape.split('\n');
    const distances = tickDistances(unit);
    const axis = { stroke: ink.text, grid: { stroke: ink.grid, width: 1 }, ticks: { stroke: ink.grid, width: 1 }, font: ink.font };
    const line = (label: string, i: number): uPlot.Series => ({
      label,
      stroke: colorAt(i),
      width: 1.75,
      ...(looks[i] && looks[i].dash.length > 0 && { dash: [...looks[i].dash] }),
      points: { show: (self, index) => isLonely(self.data[index] as (number | null)[]), size: 5 },
      show: !off.has(label),
    });
    const series: uPlot.Series[] = [{}, ...labels.map(line)];
    if (trendlines) for (const [i, label] of labels.entries()) series.push({ ...line(label, i), width: 1.5, dash: [6, 5], points: { show: false } });
    const created = new uPlot(
      {
        width: element.clientWidth,
        height,
        series,
        legend: { show: false },
        cursor: { y: false, drag: { x: true, y: false, setScale: false }, points: { size: 7 } },
        scales: {
          x: { time: true, range: () => [latest.current.window[0], latest.current.window[1]] },
          y: { range: (_, low, high) => valueRange(low, high, min, max) },
          ...(hasSpans && { d: { range: () => [0, 1.15 * Math.max(0.001, ...latest.current.spans.map((span) => span.duration))] as [number, number] } }),
        },
        axes: [
          { ...axis, space: 64, size: 32, values: (_, ticks, __, ___, distance) => ticks.map((tick) => formatTick(tick, distance)) },
          { ...axis, size: 62, ...(distances && { incrs: distances }), values: (_, ticks) => ticks.map((tick) => formatValue(tick, unit)) },
          ...(hasSpans ? [{ ...axis, scale: 'd', side: 1 as const, size: 56, grid: { show: false }, values: (_: uPlot, ticks: number[]) => ticks.map(formatSeconds) }] : []),
        ],
        hooks: {
          draw: [(self) => hasSpans && drawSpans(self, latest.current.spans, ink)],
          setCursor: [(self) => setTip(tipOf(self, unit, labels.map((_, i) => colorAt(i)), labels.length, hasSpans ? latest.current.spans : []))],
          setSelect: [
            (self) => {
              if (self.select.width > 4) onZoom(1000 * self.posToVal(self.select.left, 'x'), 1000 * self.posToVal(self.select.left + self.select.width, 'x'));
              self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            },
          ],
        },
      },
      values,
      element,
    );
    const click = () => {
      const { left = -1, top = -1 } = created.cursor;
      const span = nearestSpan(created, latest.current.spans, left, top);
      if (span !== null) onSpan(span.id);
    };
    created.over.addEventListener('click', click);
    plot.current = created;
    const resizing = new ResizeObserver(() => created.setSize({ width: element.clientWidth, height }));
    resizing.observe(element);
    return () => {
      resizing.disconnect();
      plot.current = null;
      created.destroy();
    };
    // Data are set below, without building anew.
  }, [shape, unit, height, theme, trendlines, hasSpans, off, min, max]);

  useEffect(() => plot.current?.setData(values), [values, spans, shownWindow[0], shownWindow[1]]);

  return (
    <div className="weft-chart">
      <div ref={host} role="img" aria-label={summary(name, unit, data)} onMouseLeave={() => setTip(null)} />
      {tip !== null && (tip.rows.length > 0 || tip.span !== null) && (
        <div className="weft-chart__tip" style={{ insetBlockStart: tip.y, ...(tip.x > 220 ? { insetInlineEnd: `calc(100% - ${tip.x - 12}px)` } : { insetInlineStart: tip.x + 12 }) }}>
          <div className="weft-subtle">{new Date(tip.time * 1000).toLocaleTimeString()}</div>
          {tip.rows.map((row) => (
            <div key={row.label} className="weft-chart__tipRow">
              <span className="weft-chart__dot" style={{ background: row.color }} /> <span>{row.label}</span> <strong>{row.text}</strong>
            </div>
          ))}
          {tip.span !== null && (
            <div className="weft-chart__tipRow">
              {tip.span.title} <strong>{formatSeconds(tip.span.duration)}</strong>
            </div>
          )}
        </div>
      )}
      {data.lines.length > 0 && (
        <ul className="weft-chart__legend" aria-label={t('metrics.legend', { name })}>
          {data.lines.map(({ label }, i) => (
            <li key={label}>
              <button
                type="button"
                aria-pressed={!off.has(label)}
                title={t('metrics.legend.hint')}
                onClick={() => setOff((before) => (before.has(label) ? new Set([...before].filter((other) => other !== label)) : new Set([...before, label])))}
              >
                <span className="weft-chart__dot" style={{ background: colorAt(i) }} /> {label}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function alignedData(data: ChartLines, trendlines: boolean): uPlot.AlignedData {
  const lines = data.lines.map((line) => line.values);
  const trends = trendlines ? lines.map((values) => trendLine(data.times, values)) : [];
  return [data.times, ...lines, ...trends] as uPlot.AlignedData;
}

/** One value between gaps makes no line: it is shown as a point. */
function isLonely(values: readonly (number | null)[]): boolean {
  return values.filter((value) => value !== null).length < 3;
}

/** From zero, with room above; a flat line at zero has a scale too. */
function valueRange(low: number, high: number, min: number | null, max: number | null): [number, number] {
  const bottom = min ?? Math.min(0, low ?? 0);
  const top = max ?? (high === null || high === undefined || high <= bottom ? bottom + 1 : high * 1.1);
  return [bottom, top];
}

function drawSpans(self: uPlot, spans: readonly ChartSpan[], ink: ReturnType<typeof chartInk>): void {
  const { ctx } = self;
  const radius = 4 * devicePixelRatio;
  ctx.save();
  for (const span of spans) {
    const [x, y] = [self.valToPos(span.time, 'x', true), self.valToPos(span.duration, 'd', true)];
    if (x < self.bbox.left || x > self.bbox.left + self.bbox.width) continue;
    ctx.beginPath();
    ctx.arc(x, y, radius, 0, 2 * Math.PI);
    ctx.fillStyle = span.isError ? ink.error : ink.span;
    ctx.globalAlpha = 0.75;
    ctx.fill();
  }
  ctx.restore();
}

function nearestSpan(self: uPlot, spans: readonly ChartSpan[], left: number, top: number): ChartSpan | null {
  let best: { span: ChartSpan; distance: number } | null = null;
  for (const span of spans) {
    const distance = Math.hypot(self.valToPos(span.time, 'x') - left, self.valToPos(span.duration, 'd') - top);
    if (distance < 9 && (best === null || distance < best.distance)) best = { span, distance };
  }
  return best?.span ?? null;
}

function tipOf(self: uPlot, unit: string, colors: readonly string[], lines: number, spans: readonly ChartSpan[]): Tip | null {
  const { idx, left = -1, top = -1 } = self.cursor;
  if (left < 0) return null;
  const span = nearestSpan(self, spans, left, top);
  const rows = [];
  for (let i = 1; i <= lines; i++) {
    const value = idx === null || idx === undefined ? null : self.data[i]?.[idx];
    const series = self.series[i];
    if (value === null || value === undefined || series?.show === false) continue;
    rows.push({ label: String(series?.label ?? ''), color: colors[(i - 1) % colors.length] ?? '', text: formatValue(value, unit), value });
  }
  rows.sort((a, b) => b.value - a.value);
  const time = idx === null || idx === undefined ? self.posToVal(left, 'x') : (self.data[0][idx] ?? 0);
  return { x: left + self.over.offsetLeft, y: top + self.over.offsetTop, time, rows: rows.slice(0, 12), span };
}

/** What the chart says, for those who do not see it. */
function summary(name: string, unit: string, data: ChartLines): string {
  const parts = data.lines.slice(0, 8).map(({ label, values }) => {
    const last = values.findLast((value) => value !== null);
    return last === null || last === undefined ? label : `${label} ${formatValue(last, unit)}`;
  });
  return `${name}: ${parts.length === 0 ? t('metrics.noData') : parts.join(', ')}`;
}
