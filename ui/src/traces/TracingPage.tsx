import { Button, HelperText, HelperTextItem, Label, TextInput, ToolbarItem } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import { fetchList, type EntityKind } from '../api/lists';
import type { Trace } from '../api/traces';
import { fetchTracing } from '../api/tracing';
import { apiPath } from '../details/target';
import { FactCard } from '../details/FactCard';
import { t } from '../i18n';
import { formatSeconds } from '../metrics/units';
import { usePageNamespaces } from '../namespaces/usePageNamespaces';
import { NamespaceSelector } from '../namespaces/NamespaceSelector';
import { EmptyMessage, Loaded } from '../shell/PageMessage';
import { Lines } from '../shell/Lines';
import { PageFrame } from '../shell/PageFrame';
import { SimpleMenu } from '../shell/SimpleMenu';
import { usePageQuery } from '../time/usePageQuery';
import { useTime } from '../time/useTime';
import { parseDurationText, parseTags } from './searchForm';
import { summarize } from './spans';
import { TracesView } from './TracesView';

const kinds = ['applications', 'services', 'workloads'] as const satisfies readonly EntityKind[];
const orders = ['recent', 'longest', 'shortest', 'spans'] as const;
type Order = (typeof orders)[number];

/** The search for traces, which in Kiali is a link to another program. */
export function TracingPage() {
  const [params, setParams] = useSearchParams();
  const [{ duration }] = useTime();
  const namespaces = usePageNamespaces();
  const { selected } = namespaces;
  const kind = kinds.find((item) => item === params.get('kind')) ?? 'applications';
  const tagsText = params.get('tags') ?? '';
  const minText = params.get('minDuration') ?? '';
  const order = orders.find((item) => item === params.get('order')) ?? 'recent';
  const [tags, min] = [parseTags(tagsText), parseDurationText(minText)];
  const tracing = usePageQuery(['tracing'], fetchTracing, { still: true });
  const items = usePageQuery(['list', kind, selected, duration], (signal) => fetchList(kind, selected ?? [], duration, signal), { enabled: selected !== null && selected.length > 0 });
  const all = (items.data ?? []).map(({ name, namespace }) => `${namespace}/${name}`).sort();
  const asked = params.get('service');
  const chosen = asked ?? all[0] ?? null;
  const [namespace = '', name = ''] = chosen?.split('/') ?? [];
  const set = (changes: Readonly<Record<string, string | null>>) =>
    setParams(
      (current) => {
        const next = new URLSearchParams(current);
        for (const [key, value] of Object.entries(changes)) {
          if (value === null || value === '') next.delete(key);
          else next.set(key, value);
        }
        return next;
      },
      { replace: true },
    );
  const controls = (
    <>
      <ToolbarItem>
        <SimpleMenu id="tracing-kind" label={t('tracing.what')} value={kind} choices={kinds.map((value) => ({ value, text: t(`nav.${value}`) }))} onChange={(value) => set({ kind: value, service: null, traceId: null })} />
      </ToolbarItem>
      <ToolbarItem>
        <SimpleMenu
          id="tracing-name"
          label={t('tracing.name')}
          value={chosen ?? ''}
          placeholder={t('tracing.choose')}
          isDisabled={all.length === 0}
          isScrollable
          choices={[...new Set([...all, ...(asked === null ? [] : [asked])])].map((value) => ({ value, text: value }))}
          onChange={(service) => set({ service, traceId: null })}
        />
      </ToolbarItem>
      <ToolbarItem>
        <Applied id="tracing-tags" label={t('tracing.tags')} value={tagsText} isBad={tags === null} onApply={(value) => set({ tags: value })} />
      </ToolbarItem>
      <ToolbarItem>
        <Applied id="tracing-min" label={t('tracing.minDuration')} value={minText} isBad={min === undefined} onApply={(value) => set({ minDuration: value })} />
      </ToolbarItem>
    </>
  );
  return (
    <PageFrame
      title={t('nav.tracing')}
      time="range"
      controls={
        <ToolbarItem>
          <NamespaceSelector namespaces={namespaces.all} selected={selected ?? []} onChange={namespaces.choose} />
        </ToolbarItem>
      }
    >
      {(tags === null || min === undefined) && (
        <HelperText>
          <HelperTextItem variant="error">{t(tags === null ? 'tracing.badTags' : 'tracing.badDuration')}</HelperTextItem>
        </HelperText>
      )}
      {tracing.data?.enabled === false ? (
        <EmptyMessage title={t('tracing.disabled')}>{t('tracing.disabled.text')}</EmptyMessage>
      ) : chosen === null ? (
        <Loaded query={items} failure={t(`list.${kind}.failed`)} skeleton={<Lines count={8} />}>
          {() => <EmptyMessage title={t('tracing.choose')}>{t('tracing.choose.text')}</EmptyMessage>}
        </Loaded>
      ) : (
        <TracesView
          key={`${kind}/${chosen}`}
          path={apiPath({ kind, namespace, name })}
          controls={controls}
          {...(tags !== null && Object.keys(tags).length > 0 && { tags })}
          minDuration={min ?? null}
          list={(traces, selectedId, onSelect) => <TraceRows traces={traces} selected={selectedId} order={order} onOrder={(value) => set({ order: value === 'recent' ? null : value })} onSelect={onSelect} />}
        />
      )}
    </PageFrame>
  );
}

interface RowsProps {
  readonly traces: readonly Trace[];
  readonly selected: string | null;
  readonly order: Order;
  readonly onOrder: (order: Order) => void;
  readonly onSelect: (id: string) => void;
}

const mostRows = 50;

const compare: Readonly<Record<Order, (a: Trace, b: Trace) => number>> = {
  recent: (a, b) => b.start - a.start,
  longest: (a, b) => b.duration - a.duration,
  shortest: (a, b) => a.duration - b.duration,
  spans: (a, b) => b.spans.length - a.spans.length,
};

function TraceRows({ traces, selected, order, onOrder, onSelect }: RowsProps) {
  if (traces.length === 0) return null;
  return (
    <FactCard
      title={
        <span className="weft-row">
          {t('tracing.results')} ({traces.length})
          <SimpleMenu id="tracing-order" label={t('tracing.order')} value={order} choices={orders.map((value) => ({ value, text: t(`tracing.order.${value}`) }))} onChange={onOrder} />
        </span>
      }
    >
      <div className="weft-traceRows" tabIndex={0} role="region" aria-label={t('tracing.results')}>
        <Table variant="compact" aria-label={t('tracing.results')}>
          <Thead>
            <Tr>
              <Th>{t('traces.operation')}</Th>
              <Th>{t('traces.started')}</Th>
              <Th>{t('traces.duration')}</Th>
              <Th>{t('traces.spansColumn')}</Th>
              <Th>{t('traces.appsLabel')}</Th>
            </Tr>
          </Thead>
          <Tbody>
            {[...traces].sort(compare[order]).slice(0, mostRows).map((trace) => {
              const summary = summarize(trace);
              return (
                <Tr key={trace.id} isRowSelected={trace.id === selected}>
                  <Td>
                    <Button variant="link" isInline onClick={() => onSelect(trace.id)}>
                      {summary.service}: {summary.name}
                    </Button>{' '}
                    <span className="weft-mono weft-subtle">{trace.id.slice(0, 7)}</span>
                  </Td>
                  <Td className="weft-nowrap">{new Date(trace.start / 1000).toLocaleTimeString()}</Td>
                  <Td className="weft-nowrap">{formatSeconds(trace.duration / 1e6)}</Td>
                  <Td className="weft-nowrap">
                    {trace.spans.length}{' '}
                    {summary.errors > 0 && (
                      <Label isCompact variant="outline" status="danger">
                        {t('traces.errors', { count: summary.errors })}
                      </Label>
                    )}
                  </Td>
                  <Td>{summary.apps.map((app) => `${app.name} ${app.spans}`).join(', ')}</Td>
                </Tr>
              );
            })}
          </Tbody>
        </Table>
      </div>
    </FactCard>
  );
}

/** Applied by Enter, or when the field is left. */
function Applied({ id, label, value, isBad, onApply }: { readonly id: string; readonly label: string; readonly value: string; readonly isBad: boolean; readonly onApply: (value: string) => void }) {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  return (
    <TextInput
      id={id}
      aria-label={label}
      placeholder={label}
      value={draft}
      validated={isBad ? 'error' : 'default'}
      onChange={(_, next) => setDraft(next)}
      onBlur={() => draft !== value && onApply(draft)}
      onKeyDown={(event) => event.key === 'Enter' && onApply(draft)}
    />
  );
}
