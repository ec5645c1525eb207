import { Button, DescriptionList, List, ListItem, Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import type { GraphNode, TrafficGraph } from '../../api/graph';
import type { Trace } from '../../api/traces';
import { apiPath, type Entity } from '../../details/target';
import { t } from '../../i18n';
import { ContextLink } from '../../shell/ContextLink';
import { Lines } from '../../shell/Lines';
import { percent } from '../format';
import { entityLinks, nodeEntity } from '../nodeEntity';
import { nodeFeatures } from '../nodeFeatures';
import { NodeTraces } from '../trace/NodeTraces';
import { nodeName, requestRates, sumEdges, type TrafficSums } from '../traffic';
import { Fact } from './Fact';
import { HealthLabel } from './HealthLabel';
import { KindBadge, NodeTag, nodeKindText } from './NodeTag';
import { TrafficSections } from './TrafficSections';

const PanelCharts = lazy(() => import('./PanelCharts'));

interface Props {
  readonly graph: TrafficGraph;
  readonly node: GraphNode;
  readonly rank: number | null;
  readonly countsMessages: boolean;
  /** The moment shown, in seconds since 1970; `null` for now. */
  readonly at: number | null;
  readonly trace: Trace | null;
  readonly onTrace: (traceId: string | null) => void;
  readonly onSelect: (id: string) => void;
  /** `null`: the node has no graph of its own, or is shown in it. */
  readonly onOpen: (() => void) | null;
}

/** The panel of a node or a box. */
export function NodeSummary({ graph, node, rank, countsMessages, at, trace, onTrace, onSelect, onOpen }: Props) {
  const [chosen, setChosen] = useState<'traffic' | 'traces' | null>(null);
  // A trace of the address comes after the panel: its list is shown once it is there, unless the user has chosen otherwise.
  const tab = chosen ?? (trace === null ? 'traffic' : 'traces');
  const entity = nodeEntity(node);
  const features = nodeFeatures(node);
  const members = node.box === null ? [] : graph.nodes.filter((other) => other.parent === node.id);
  const traffic = !node.isIdle && (
    <TrafficSections
      traffic={[
        { name: t('panel.in'), sums: trafficOf(graph, node, 'In') },
        { name: t('panel.out'), sums: trafficOf(graph, node, 'Out') },
      ]}
      duration={graph.duration}
      countsMessages={countsMessages}
    />
  );
  return (
    <>
      <h2 className="weft-panel__title">
        <KindBadge node={node} /> {nodeName(node)}
      </h2>
      {onOpen && (
        <Button variant="link" isInline onClick={onOpen} data-test="panel-node-graph">
          {t('panel.openNode')}
        </Button>
      )}
      {entity && (
        <nav className="weft-panel__links" aria-label={t('graph.links', { name: nodeName(node) })}>
          {entityLinks(entity).map(([key, to]) => (
            <ContextLink key={key} to={to}>
              {key === 'info' ? t('list.details') : t(`details.tab.${key}`)}
            </ContextLink>
          ))}
        </nav>
      )}
      <DescriptionList isHorizontal isCompact className="weft-panel__section" horizontalTermWidthModifier={{ default: '8rem' }}>
        <Fact term={nodeKindText(node)}>{nodeName(node)}</Fact>
        {node.type === 'app' && node.version !== '' && <Fact term={t('panel.version')}>{node.version}</Fact>}
        {node.workload !== '' && node.type !== 'unknown' && node.type !== 'workload' && <Fact term={t('panel.workload')}>{node.workload}</Fact>}
        {node.type !== 'unknown' && node.box !== 'namespace' && node.box !== 'cluster' && <Fact term={t('panel.namespace')}>{node.namespace}</Fact>}
        {node.box !== 'cluster' && node.cluster !== '' && <Fact term={t('panel.cluster')}>{node.cluster}</Fact>}
        {node.health && <Fact term={t('panel.health')}>{healthOf(node)}</Fact>}
        {rank !== null && <Fact term={t('panel.rank')}>{rank} / 100</Fact>}
      </DescriptionList>
      {features.length > 0 && (
        <section className="weft-panel__section">
          <h3 className="weft-panel__heading">{t('panel.features')}</h3>
          <List isPlain>
            {features.map((feature) => (
              <ListItem key={feature}>{feature}</ListItem>
            ))}
          </List>
        </section>
      )}
      {entity ? (
        <Tabs activeKey={tab} onSelect={(_, key) => setChosen(key as typeof tab)} isFilled mountOnEnter unmountOnExit aria-label={nodeName(node)}>
          <Tab eventKey="traffic" title={<TabTitleText>{t('panel.tab.traffic')}</TabTitleText>}>
            {traffic}
            {!node.isIdle && (
              <Suspense fallback={<Lines count={3} />}>
                {chartsOf(node, entity).map(({ direction, isTcp }) => (
                  <PanelCharts
                    key={`${node.id} ${direction} ${isTcp}`}
                    path={apiPath(entity)}
                    direction={direction}
                    isTcp={isTcp}
                    at={at}
                    title={t(direction === 'inbound' ? 'graph.charts.inbound' : 'graph.charts.outbound', { name: nodeName(node) })}
                  />
                ))}
              </Suspense>
            )}
          </Tab>
          <Tab eventKey="traces" title={<TabTitleText>{t('details.tab.traces')}</TabTitleText>}>
            <NodeTraces key={node.id} node={node} trace={trace} onTrace={onTrace} />
          </Tab>
        </Tabs>
      ) : (
        <>
          {traffic}
          {node.type === 'unknown' && <p className="weft-panel__subtle">{t('panel.unknown.noCharts')}</p>}
        </>
      )}
      {members.length > 0 && (
        <section className="weft-panel__section">
          <h3 className="weft-panel__heading">{t('panel.members')}</h3>
          <List isPlain>
            {members.map((member) => (
              <ListItem key={member.id}>
                <NodeTag node={member} onSelect={onSelect} />
              </ListItem>
            ))}
          </List>
        </section>
      )}
    </>
  );
}

/** The charts that a node has something for. Services have no metrics of what they call. */
function chartsOf(node: GraphNode, entity: Entity): readonly { readonly direction: 'inbound' | 'outbound'; readonly isTcp: boolean }[] {
  const rate = (...names: string[]) => names.reduce((sum, name) => sum + (node.rates[name] ?? 0), 0);
  const charts: { direction: 'inbound' | 'outbound'; isTcp: boolean }[] = [];
  if (rate('httpIn', 'grpcIn') > 0) charts.push({ direction: 'inbound', isTcp: false });
  if (rate('tcpIn') > 0) charts.push({ direction: 'inbound', isTcp: true });
  if (entity.kind === 'services') return charts;
  if (rate('httpOut', 'grpcOut') > 0) charts.push({ direction: 'outbound', isTcp: false });
  if (rate('tcpOut') > 0) charts.push({ direction: 'outbound', isTcp: true });
  return charts;
}

/** A box: what crosses its border. A node: its own rates, and outbound the errors its edges tell of. */
function trafficOf(graph: TrafficGraph, node: GraphNode, direction: 'In' | 'Out'): TrafficSums {
  if (node.box !== null) {
    const inside = insideOf(graph, node.id);
    const [own, other] = direction === 'In' ? (['target', 'source'] as const) : (['source', 'target'] as const);
    return sumEdges(graph.edges.filter((edge) => inside.has(edge[own]) && !inside.has(edge[other])));
  }
  if (direction === 'Out') {
    const edges = sumEdges(graph.edges.filter((edge) => edge.source === node.id));
    if (edges.http.total + edges.grpc.total + edges.tcp > 0) return edges;
  }
  return {
    http: requestRates(node.rates, `http${direction}`),
    grpc: requestRates(node.rates, `grpc${direction}`),
    tcp: node.rates[`tcp${direction}`] ?? 0,
  };
}

function insideOf(graph: TrafficGraph, box: string): ReadonlySet<string> {
  const inside = new Set<string>([box]);
  for (let before = 0; before !== inside.size; ) {
    before = inside.size;
    for (const node of graph.nodes) if (node.parent !== null && inside.has(node.parent)) inside.add(node.id);
  }
  return inside;
}

function healthOf(node: GraphNode): ReactNode {
  const { health } = node;
  if (health === null) return null;
  return (
    <>
      <HealthLabel status={health.status} />
      {health.errorRatio !== null && health.errorRatio > 0 && (
        <div className="weft-panel__subtle">{t('panel.health.errors', { percent: percent(health.errorRatio) })}</div>
      )}
      {health.workloads.map((workload) => (
        <div key={workload.name} className="weft-panel__subtle">
          {t('panel.replicas', { name: workload.name, available: workload.available, desired: workload.desired })}
        </div>
      ))}
    </>
  );
}
