import { Button, Label, List, ListItem } from '@patternfly/react-core';
import type { GraphEdge, GraphNode, TrafficGraph } from '../../api/graph';
import { fetchTraces, type Span, type Trace } from '../../api/traces';
import { apiPath, type Entity } from '../../details/target';
import { t } from '../../i18n';
import { formatSeconds } from '../../metrics/units';
import { ContextLink } from '../../shell/ContextLink';
import { Lines } from '../../shell/Lines';
import { usePageQuery } from '../../time/usePageQuery';
import { useTime } from '../../time/useTime';
import { isErrorSpan, spanFacts, summarize } from '../../traces/spans';
import { nodeEntity, entityPath } from '../nodeEntity';
import { spansOfNode, traceElements } from './traceElements';

/** As many traces as a panel has room for, over ten minutes at least: a minute has few. */
const [mostTraces, shortest] = [20, 600];

interface Props {
  readonly node: GraphNode;
  readonly trace: Trace | null;
  readonly onTrace: (traceId: string | null) => void;
}

/** The Traces tab of a node: the last traces that passed it, and what the chosen one did here. */
export function NodeTraces({ node, trace, onTrace }: Props) {
  return <PanelTraces entity={nodeEntity(node)} passes={null} trace={trace} spans={trace === null ? [] : spansOfNode(trace, node)} onTrace={onTrace} />;
}

interface EdgeProps {
  readonly graph: TrafficGraph;
  readonly edge: GraphEdge;
  readonly source: GraphNode;
  readonly target: GraphNode;
  readonly trace: Trace | null;
  readonly onTrace: (traceId: string | null) => void;
}

/** The Traces tab of an edge: those traces of its ends that went over it. */
export function EdgeTraces({ graph, edge, source, target, trace, onTrace }: EdgeProps) {
  const ends = { ...graph, nodes: [source, target], edges: [edge] };
  const passes = (item: Trace) => traceElements(ends, item).has(edge.id);
  const spans = trace === null || !passes(trace) ? [] : spansOfNode(trace, source).filter((span) => spansOfNode(trace, target).some((other) => other.spanId === span.spanId || other.parentId === span.spanId));
  return <PanelTraces entity={nodeEntity(source) ?? nodeEntity(target)} passes={passes} trace={trace} spans={spans} onTrace={onTrace} />;
}

interface ListProps {
  readonly entity: Entity | null;
  /** Which traces of the entity count; `null`: all. */
  readonly passes: ((trace: Trace) => boolean) | null;
  readonly trace: Trace | null;
  /** Those of the chosen trace that belong to what is selected. */
  readonly spans: readonly Span[];
  readonly onTrace: (traceId: string | null) => void;
}

function PanelTraces({ entity, passes, trace, spans, onTrace }: ListProps) {
  const [time] = useTime();
  const path = entity === null ? '' : apiPath(entity);
  const range = { ...time, duration: Math.max(shortest, time.duration) };
  const search = { limit: passes === null ? mostTraces : 5 * mostTraces, errorsOnly: false, minDuration: null };
  const query = usePageQuery(['traces', 'panel', path, range.duration, search.limit], (signal) => fetchTraces(path, range, search, signal), { enabled: entity !== null, subject: 0 });
  if (entity === null) return <p className="weft-panel__subtle">{t('graph.traces.unknown')}</p>;
  if (query.isError && query.data === undefined) return <p role="alert">{t('graph.traces.failed', { error: query.error?.message ?? '' })}</p>;
  if (query.data === undefined) return <Lines count={5} />;
  const traces = query.data.traces
    .filter((item) => passes?.(item) ?? true)
    .sort((a, b) => b.start - a.start)
    .slice(0, mostTraces);
  return (
    <>
      {trace && <ChosenTrace spans={spans} trace={trace} path={entityPath(entity)} onClose={() => onTrace(null)} />}
      {query.data.errors.length > 0 && <p className="weft-panel__subtle">{t('traces.storeErrors', { errors: query.data.errors.join('. ') })}</p>}
      {traces.length === 0 && query.data.errors.length === 0 && <p className="weft-panel__subtle">{t('graph.traces.none')}</p>}
      <List isPlain isBordered aria-label={t('details.tab.traces')}>
        {traces.map((item) => {
          const summary = summarize(item);
          return (
            <ListItem key={item.id}>
              <Button variant="link" isInline aria-pressed={item.id === trace?.id} data-test="panel-trace" onClick={() => onTrace(item.id === trace?.id ? null : item.id)}>
                {summary.name}
              </Button>
              <div className="weft-panel__subtle">
                {new Date(item.start / 1000).toLocaleTimeString()} · {formatSeconds(item.duration / 1e6)} · {t('traces.spans', { count: item.spans.length })}{' '}
                {summary.errors > 0 && (
                  <Label isCompact variant="outline" status="danger">
                    {t('traces.errors', { count: summary.errors })}
                  </Label>
                )}
              </div>
            </ListItem>
          );
        })}
      </List>
    </>
  );
}

interface ChosenProps {
  readonly spans: readonly Span[];
  readonly trace: Trace;
  readonly path: string;
  readonly onClose: () => void;
}

function ChosenTrace({ spans, trace, path, onClose }: ChosenProps) {
  return (
    <section className="weft-panel__section weft-panel__trace" data-test="panel-chosen-trace">
      <h3 className="weft-panel__heading">{summarize(trace).name}</h3>
      <div>{t('traces.startedAt', { time: new Date(trace.start / 1000).toLocaleTimeString() })}</div>
      <div>{t('traces.fullDuration', { duration: formatSeconds(trace.duration / 1e6) })}</div>
      <div className="weft-badges">
        <ContextLink to={`${path}?tab=traces&traceId=${trace.id}`}>{t('graph.traces.open')}</ContextLink>
        <Button variant="link" isInline onClick={onClose}>
          {t('graph.traces.clear')}
        </Button>
      </div>
      <h3 className="weft-panel__heading">{t('graph.traces.here', { count: spans.length })}</h3>
      <List isPlain>
        {spans.map((span) => {
          const facts = spanFacts(span);
          const parent = trace.spans.find(({ spanId }) => spanId === span.parentId);
          return (
            <ListItem key={span.spanId}>
              {isErrorSpan(span) && (
                <Label isCompact variant="outline" status="danger">
                  {t('traces.error')}
                </Label>
              )}{' '}
              <span className="weft-panel__breakable">
                {facts.method} {facts.url || span.operation}
              </span>
              <div className="weft-panel__subtle">
                {facts.status !== '' && `${t('traces.code', { code: facts.status })} · `}
                {formatSeconds(span.duration / 1e6)}
                {parent && (
                  <>
                    {' · '}
                    <ContextLink to={`${path}?tab=traces&traceId=${trace.id}&spanId=${parent.spanId}`}>{t('graph.traces.parent', { name: spanFacts(parent).app || parent.service })}</ContextLink>
                  </>
                )}
              </div>
            </ListItem>
          );
        })}
      </List>
    </section>
  );
}
