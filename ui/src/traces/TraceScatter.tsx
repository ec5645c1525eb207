import { useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { Trace } from '../api/traces';
import { t } from '../i18n';
import { formatSeconds, formatTick } from '../metrics/units';
import { summarize } from './spans';
import { niceTicks, timeTicks } from './ticks';
import { useWidth } from './useWidth';
import '../metrics/metrics.css';
import './traces.css';

export type ScatterValue = 'duration' | 'average';

interface Props {
  readonly traces: readonly Trace[];
  readonly selected: string | null;
  readonly value: ScatterValue;
  /** Microseconds. */
  readonly from: number;
  readonly to: number;
  readonly onSelect: (id: string) => void;
}

const [height, left, right, top, bottom] = [260, 64, 16, 12, 28];
/** Half the width of a time: a time that has less room beside it ends at its tick. */
const labelRoom = 40;

/** Traces by start and duration: larger with more spans, red with errors. One tab stop; arrow keys go from trace to trace. */
export function TraceScatter({ traces, selected, value, from, to, onSelect }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const width = useWidth(host, 800);
  const [tip, setTip] = useState<string | null>(null);
  const dots = useMemo(
    () =>
      traces
        .map((trace) => {
          const summary = summarize(trace);
          const height = value === 'duration' ? trace.duration : trace.spans.reduce((sum, span) => sum + span.duration, 0) / trace.spans.length;
          return { id: trace.id, start: trace.start, height, spans: trace.spans.length, errors: summary.errors, name: summary.name, duration: trace.duration };
        })
        .sort((a, b) => a.start - b.start),
    [traces, value],
  );
  const highest = Math.max(1, ...dots.map((dot) => dot.height));
  const ticks = niceTicks(highest, 5);
  const moments = timeTicks(from / 1000, to / 1000, Math.max(2, Math.floor(width / 120)));
  const ceiling = Math.max(highest, ticks.at(-1) ?? 0) * 1.04;
  const x = (time: number) => left + ((time - from) / (to - from)) * (width - left - right);
  const y = (amount: number) => height - bottom - (amount / ceiling) * (height - top - bottom);
  const active = dots.find(({ id }) => id === selected) ?? dots.at(-1);
  const shown = dots.find(({ id }) => id === tip);

  const onKeyDown = (event: KeyboardEvent) => {
    const at = dots.findIndex(({ id }) => id === active?.id);
    const next = event.key === 'ArrowRight' ? dots[at + 1] : event.key === 'ArrowLeft' ? dots[at - 1] : undefined;
    if (next === undefined) return;
    event.preventDefault();
    onSelect(next.id);
    host.current?.querySelector<SVGElement>(`[data-trace="${next.id}"]`)?.focus();
  };
  return (
    <div ref={host} className="weft-scatter" data-test="trace-scatter">
      <svg width={width} height={height} role="group" aria-label={t('traces.scatter', { count: dots.length })} onKeyDown={onKeyDown}>
        {ticks.map((tick) => (
          <g key={tick}>
            <line x1={left} x2={width - right} y1={y(tick)} y2={y(tick)} className="weft-scatter__grid" />
            <text x={left - 8} y={y(tick)} textAnchor="end" dominantBaseline="middle">
              {formatSeconds(tick / 1e6)}
            </text>
          </g>
        ))}
        {moments.map((tick) => (
          <text key={tick} x={x(tick * 1000)} y={height - 8} textAnchor={x(tick * 1000) + labelRoom > width ? 'end' : 'middle'}>
            {formatTick(tick / 1000, ((moments[1] ?? tick) - (moments[0] ?? tick)) / 1000)}
          </text>
        ))}
        {dots.map((dot) => {
          const isSelected = dot.id === selected;
          const label = t('traces.dot', { name: dot.name, duration: formatSeconds(dot.duration / 1e6), spans: dot.spans, errors: dot.errors });
          return (
            <circle
              key={dot.id}
              data-trace={dot.id}
              cx={x(dot.start)}
              cy={y(dot.height)}
              r={Math.min(12, 3.5 + Math.sqrt(dot.spans))}
              className={`weft-scatter__dot${dot.errors > 0 ? ' weft-scatter__dot--error' : ''}${isSelected ? ' weft-scatter__dot--selected' : ''}`}
              role="button"
              aria-label={label}
              aria-pressed={isSelected}
              tabIndex={dot.id === active?.id ? 0 : -1}
              onClick={() => onSelect(dot.id)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' && event.key !== ' ') return;
                event.preventDefault();
                onSelect(dot.id);
              }}
              onMouseEnter={() => setTip(dot.id)}
              onMouseLeave={() => setTip(null)}
            />
          );
        })}
      </svg>
      {shown && (
        <div className="weft-chart__tip" style={{ insetBlockStart: Math.max(0, y(shown.height) - 20), ...(x(shown.start) > width / 2 ? { insetInlineEnd: width - x(shown.start) + 14 } : { insetInlineStart: x(shown.start) + 14 }) }}>
          <strong>{shown.name}</strong>
          <div>{new Date(shown.start / 1000).toLocaleTimeString()}</div>
          <div>{t('traces.tip', { duration: formatSeconds(shown.duration / 1e6), spans: shown.spans, errors: shown.errors })}</div>
        </div>
      )}
    </div>
  );
}
