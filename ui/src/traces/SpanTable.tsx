import { Label, SearchInput } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useMemo, useState } from 'react';
import type { Trace } from '../api/traces';
import { t } from '../i18n';
import { formatSeconds } from '../metrics/units';
import { isErrorSpan, spanFacts, spanTree } from './spans';
import { SpanFactsList } from './SpanFactsList';
import './traces.css';

type Order = 'start' | 'app' | 'duration';

/** The spans of a trace as a table, to search and sort; a row opens. */
export function SpanTable({ trace }: { readonly trace: Trace }) {
  const [filter, setFilter] = useState('');
  const [order, setOrder] = useState<{ readonly by: Order; readonly descending: boolean }>({ by: 'start', descending: false });
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => {
    const wanted = filter.toLowerCase();
    const spans = spanTree(trace)
      .map(({ span }) => ({ span, facts: spanFacts(span), isError: isErrorSpan(span) }))
      .filter(({ span, facts }) => `${facts.app} ${facts.workload} ${facts.component} ${span.operation} ${facts.status} ${facts.flags}`.toLowerCase().includes(wanted));
    const sign = order.descending ? -1 : 1;
    return spans.sort((a, b) => sign * (order.by === 'app' ? a.facts.app.localeCompare(b.facts.app) : a.span[order.by] - b.span[order.by]));
  }, [trace, filter, order]);
  const columns: readonly (readonly [Order | null, string])[] = [
    ['start', t('traces.timelineColumn')],
    ['app', t('traces.appWorkload')],
    [null, t('traces.summary')],
    ['duration', t('traces.duration')],
  ];
  const flip = (id: string) => setOpen((before) => (before.has(id) ? new Set([...before].filter((other) => other !== id)) : new Set([...before, id])));
  return (
    <>
      <SearchInput aria-label={t('traces.filterSpans')} placeholder={t('traces.filterSpans')} value={filter} onChange={(_, value) => setFilter(value)} onClear={() => setFilter('')} className="weft-spanFilter" />
      <Table variant="compact" aria-label={t('traces.tab.spans')}>
        <Thead>
          <Tr>
            <Th screenReaderText={t('action.more')} />
            {columns.map(([by, title], i) => (
              <Th
                key={title}
                {...(by !== null && {
                  sort: {
                    columnIndex: i,
                    sortBy: { index: columns.findIndex(([other]) => other === order.by), direction: order.descending ? 'desc' : 'asc' },
                    onSort: (_event, _index, direction) => setOrder({ by, descending: direction === 'desc' }),
                  },
                })}
              >
                {title}
              </Th>
            ))}
          </Tr>
        </Thead>
        {rows.map(({ span, facts, isError }, i) => (
          <Tbody key={span.spanId} isExpanded={open.has(span.spanId)}>
            <Tr>
              <Td expand={{ rowIndex: i, isExpanded: open.has(span.spanId), onToggle: () => flip(span.spanId), expandId: `span-${span.spanId}` }} />
              <Td>+{formatSeconds((span.start - trace.start) / 1e6)}</Td>
              <Td>
                {facts.app} <div className="weft-subtle">{facts.workload}</div>
              </Td>
              <Td modifier="breakWord">
                {isError && (
                  <Label isCompact status="danger" variant="outline">
                    {t('traces.error')}
                  </Label>
                )}{' '}
                {facts.direction !== null && t(`traces.kind.${facts.direction}`)} {facts.method} {span.operation} {facts.status} {facts.flags}
              </Td>
              <Td>{formatSeconds(span.duration / 1e6)}</Td>
            </Tr>
            {open.has(span.spanId) && (
              <Tr isExpanded>
                <Td />
                <Td colSpan={4}>
                  <SpanFactsList span={span} />
                </Td>
              </Tr>
            )}
          </Tbody>
        ))}
      </Table>
    </>
  );
}
