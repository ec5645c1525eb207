import { Alert, Button, Label, LabelGroup, Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { ExternalLinkAltIcon } from '@patternfly/react-icons/dist/esm/icons/external-link-alt-icon';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useMemo, useState } from 'react';
import { fetchStats } from '../api/metrics';
import type { Trace } from '../api/traces';
import { fetchTracing } from '../api/tracing';
import { FactCard } from '../details/FactCard';
import { t } from '../i18n';
import { formatSeconds } from '../metrics/units';
import { ContextLink } from '../shell/ContextLink';
import { usePageQuery } from '../time/usePageQuery';
import { heatmap, statsQueries } from './heatmap';
import { Heatmap } from './Heatmap';
import { similarTraces, spanFacts, spanTree, summarize } from './spans';
import { SpanTable } from './SpanTable';
import { TraceTimeline } from './TraceTimeline';
import './traces.css';

interface Props {
  readonly trace: Trace;
  /** Among which similar ones are looked for. */
  readonly others: readonly Trace[];
  readonly spanId: string | null;
  readonly onSpan: (spanId: string | null) => void;
  readonly onTrace: (traceId: string) => void;
}

/** As many spans are compared with the metrics as Kiali compares. */
const mostCompared = 8;

/** A trace: its facts, its spans over time and as a table, and how it compares with what is usual. */
export function TraceDetails({ trace, others, spanId, onSpan, onTrace }: Props) {
  const [tab, setTab] = useState<'trace' | 'spans' | 'compare'>('trace');
  const summary = useMemo(() => summarize(trace), [trace]);
  const tracing = usePageQuery(['tracing'], fetchTracing, { still: true });
  const url = tracing.data?.url ?? '';
  const root = spanTree(trace)[0]?.span;
  const place = root && spanFacts(root);
  return (
    <FactCard
      id="trace-details"
      title={
        <span className="weft-badges">
          {summary.name} <span className="weft-mono weft-subtle">{trace.id}</span>
        </span>
      }
    >
      <div className="weft-badges">
        <span>{t('traces.startedAt', { time: new Date(trace.start / 1000).toLocaleString() })}</span>
        <strong>{t('traces.fullDuration', { duration: formatSeconds(trace.duration / 1e6) })}</strong>
        <span>{t('traces.spans', { count: trace.spans.length })}</span>
        <span>{t('traces.apps', { count: summary.apps.length })}</span>
        <Label isCompact variant="outline" status={summary.errors > 0 ? 'danger' : 'success'}>
          {t('traces.errors', { count: summary.errors })}
        </Label>
        {place && place.namespace !== '' && <ContextLink to={`/graph/namespaces?namespaces=${encodeURIComponent(namespacesOf(trace))}&traceId=${trace.id}`}>{t('traces.onGraph')}</ContextLink>}
        {url !== '' && (
          <Button variant="link" isInline component="a" href={`${url.replace(/\/$/, '')}/trace/${trace.id}`} target="_blank" rel="noreferrer" icon={<ExternalLinkAltIcon />} iconPosition="end">
            {t('traces.inStore')}
          </Button>
        )}
      </div>
      <LabelGroup numLabels={10} aria-label={t('traces.appsLabel')} className="weft-trace__apps">
        {summary.apps.map((app) => (
          <Label key={app.name} isCompact variant="outline">
            {app.name} {app.spans}
          </Label>
        ))}
      </LabelGroup>
      <Tabs activeKey={tab} onSelect={(_, key) => setTab(key as typeof tab)} aria-label={t('traces.views')} isSubtab mountOnEnter unmountOnExit>
        <Tab eventKey="trace" title={<TabTitleText>{t('traces.tab.trace')}</TabTitleText>}>
          <TraceTimeline trace={trace} selected={spanId} onSelect={onSpan} />
        </Tab>
        <Tab eventKey="spans" title={<TabTitleText>{t('traces.tab.spans')}</TabTitleText>}>
          <SpanTable trace={trace} />
        </Tab>
        <Tab eventKey="compare" title={<TabTitleText>{t('traces.tab.compare')}</TabTitleText>}>
          <Comparison trace={trace} others={others} onTrace={onTrace} />
        </Tab>
      </Tabs>
    </FactCard>
  );
}

function namespacesOf(trace: Trace): string {
  return [...new Set(trace.spans.map((span) => spanFacts(span).namespace).filter((namespace) => namespace !== '' && namespace !== 'istio-system'))].sort().join(',');
}

/** Each span against the response times of its workload, and the whole against similar traces. */
function Comparison({ trace, others, onTrace }: Pick<Props, 'trace' | 'others' | 'onTrace'>) {
  const longest = useMemo(() => [...trace.spans].sort((a, b) => b.duration - a.duration).filter((span) => statsQueries(span, 0).length > 0).slice(0, mostCompared), [trace]);
  const queries = longest.flatMap((span) => statsQueries(span, Math.ceil((trace.start + trace.duration) / 1e6)));
  const stats = usePageQuery(['stats', trace.id], (signal) => fetchStats(queries, signal), { enabled: queries.length > 0, still: true, subject: 0 });
  const similar = useMemo(() => similarTraces(trace, others, 10), [trace, others]);
  const usual = similar.length === 0 ? null : similar.reduce((sum, other) => sum + other.duration, 0) / similar.length;
  return (
    <div className="weft-compare">
      <section>
        <h3 className="weft-panel__heading">{t('traces.compare.metrics')}</h3>
        {queries.length === 0 && <p className="weft-subtle">{t('traces.compare.unknown')}</p>}
        {stats.isError && <Alert component="h2" variant="warning" isInline title={t('traces.compare.failed', { error: stats.error?.message ?? '' })} />}
        <div className="weft-compare__spans">
          {stats.data !== undefined &&
            longest.map((span) => (
              <figure key={span.spanId}>
                <figcaption>
                  <strong>{spanFacts(span).workload || spanFacts(span).app}</strong> {formatSeconds(span.duration / 1e6)} <span className="weft-subtle">{span.operation}</span>
                </figcaption>
                <Heatmap cells={heatmap(span, stats.data ?? {})} name={span.operation} />
              </figure>
            ))}
        </div>
      </section>
      <section>
        <h3 className="weft-panel__heading">{t('traces.compare.similar')}</h3>
        {usual === null ? (
          <p className="weft-subtle">{t('traces.compare.none')}</p>
        ) : (
          <>
            <p>{t(trace.duration >= usual ? 'traces.compare.slower' : 'traces.compare.faster', { by: formatSeconds(Math.abs(trace.duration - usual) / 1e6), count: similar.length })}</p>
            <Table variant="compact" aria-label={t('traces.compare.similar')}>
              <Thead>
                <Tr>
                  <Th>{t('traces.started')}</Th>
                  <Th>{t('traces.duration')}</Th>
                  <Th>{t('traces.spansColumn')}</Th>
                  <Th>{t('traces.difference')}</Th>
                </Tr>
              </Thead>
              <Tbody>
                {similar.map((other) => (
                  <Tr key={other.id}>
                    <Td>
                      <Button variant="link" isInline onClick={() => onTrace(other.id)}>
                        {new Date(other.start / 1000).toLocaleTimeString()}
                      </Button>
                    </Td>
                    <Td>{formatSeconds(other.duration / 1e6)}</Td>
                    <Td>{other.spans.length}</Td>
                    <Td>
                      {trace.duration >= other.duration ? '+' : '−'}
                      {formatSeconds(Math.abs(trace.duration - other.duration) / 1e6)}
                    </Td>
                  </Tr>
                ))}
              </Tbody>
            </Table>
          </>
        )}
      </section>
    </div>
  );
}
