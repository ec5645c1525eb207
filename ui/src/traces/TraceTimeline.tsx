import { Button } from '@patternfly/react-core';
import { AngleDownIcon } from '@patternfly/react-icons/dist/esm/icons/angle-down-icon';
import { AngleRightIcon } from '@patternfly/react-icons/dist/esm/icons/angle-right-icon';
import { useMemo, useState } from 'react';
import type { Span, Trace } from '../api/traces';
import { t } from '../i18n';
import { formatSeconds } from '../metrics/units';
import { isErrorSpan, spanFacts, spanTree } from './spans';
import { SpanFactsList } from './SpanFactsList';
import { niceTicks } from './ticks';
import './traces.css';

interface Props {
  readonly trace: Trace;
  readonly selected: string | null;
  readonly onSelect: (spanId: string | null) => void;
}

/** The spans of a trace as a tree over time; pressing one opens what it says. */
export function TraceTimeline({ trace, selected, onSelect }: Props) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => visible(spanTree(trace), closed), [trace, closed]);
  const share = (amount: number) => `${(100 * amount) / Math.max(1, trace.duration)}%`;
  const flip = (id: string) => setClosed((before) => (before.has(id) ? new Set([...before].filter((other) => other !== id)) : new Set([...before, id])));
  return (
    <div className="weft-timeline" role="list" aria-label={t('traces.timeline')}>
      <div className="weft-timeline__head" aria-hidden>
        <span className="weft-timeline__name">{t('traces.operation')}</span>
        <span className="weft-timeline__track">
          {niceTicks(trace.duration, 5).map((tick) => (
            <span key={tick} className="weft-timeline__tick" style={{ insetInlineStart: share(tick) }}>
              {formatSeconds(tick / 1e6)}
            </span>
          ))}
        </span>
      </div>
      {rows.map(({ span, depth, hasChildren }) => {
        const isOpen = span.spanId === selected;
        const facts = spanFacts(span);
        const isError = isErrorSpan(span);
        return (
          <div key={span.spanId} role="listitem" className={isOpen ? 'weft-timeline__item weft-timeline__item--open' : 'weft-timeline__item'}>
            <div className="weft-timeline__row">
              <span className="weft-timeline__name" style={{ paddingInlineStart: `${depth * 0.9}rem` }}>
                {hasChildren ? (
                  <Button
                    variant="plain"
                    size="sm"
                    hasNoPadding
                    aria-label={t('traces.children', { name: span.operation })}
                    aria-expanded={!closed.has(span.spanId)}
                    icon={closed.has(span.spanId) ? <AngleRightIcon /> : <AngleDownIcon />}
                    onClick={() => flip(span.spanId)}
                  />
                ) : (
                  <span className="weft-timeline__leaf" />
                )}
                <button type="button" className="weft-timeline__button" aria-expanded={isOpen} onClick={() => onSelect(isOpen ? null : span.spanId)}>
                  <strong>{facts.app || span.service}</strong> <span className="weft-subtle">{span.operation}</span>
                </button>
              </span>
              <span className="weft-timeline__track" onClick={() => onSelect(isOpen ? null : span.spanId)}>
                <span
                  className={`weft-timeline__bar weft-timeline__bar--${isError ? 'error' : (facts.direction ?? 'local')}`}
                  style={{ insetInlineStart: share(span.start - trace.start), inlineSize: `max(3px, ${share(span.duration)})` }}
                />
                <span className="weft-timeline__time" style={labelPlace(span, trace)}>
                  {formatSeconds(span.duration / 1e6)} {facts.status}
                </span>
              </span>
            </div>
            {isOpen && <SpanFactsList span={span} />}
          </div>
        );
      })}
    </div>
  );
}

/** Beside the bar, where there is room. */
function labelPlace(span: Span, trace: Trace) {
  const [start, end] = [(span.start - trace.start) / Math.max(1, trace.duration), (span.start + span.duration - trace.start) / Math.max(1, trace.duration)];
  if (end < 0.82) return { insetInlineStart: `calc(${100 * end}% + 6px)` };
  return start > 0.18 ? { insetInlineEnd: `calc(${100 * (1 - start)}% + 6px)` } : { insetInlineEnd: '6px', color: 'white' };
}

function visible(tree: ReturnType<typeof spanTree>, closed: ReadonlySet<string>) {
  const rows = [];
  let hiddenBelow = Number.POSITIVE_INFINITY;
  for (const row of tree) {
    if (row.depth > hiddenBelow) continue;
    hiddenBelow = closed.has(row.span.spanId) ? row.depth : Number.POSITIVE_INFINITY;
    rows.push(row);
  }
  return rows;
}
