import { Button, DescriptionList, List, ListItem } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import type { GraphNode, TrafficGraph } from '../../api/graph';
import { t } from '../../i18n';
import { percent } from '../format';
import { nodeName, requestRates, sumEdges, type TrafficSums } from '../traffic';
import { Fact } from './Fact';
import { HealthLabel } from './HealthLabel';
import { KindBadge, NodeTag, nodeKindText } from './NodeTag';
import { TrafficSections } from './TrafficSections';

interface Props {
  readonly graph: TrafficGraph;
  readonly node: GraphNode;
  readonly rank: number | null;
  readonly countsMessages: boolean;
  readonly onSelect: (id: string) => void;
  /** `null`: the node has no graph of its own, or is shown in it. */
  readonly onOpen: (() => void) | null;
}

/** The panel of a node or a box. */
export function NodeSummary({ graph, node, rank, countsMessages, onSelect, onOpen }: Props) {
  const features = featuresOf(node);
  const members = node.box === null ? [] : graph.nodes.filter((other) => other.parent === node.id);
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
      {!node.isIdle && (
        <TrafficSections
          traffic={[
            { name: t('panel.in'), sums: trafficOf(graph, node, 'In') },
            { name: t('panel.out'), sums: trafficOf(graph, node, 'Out') },
          ]}
          duration={graph.duration}
          countsMessages={countsMessages}
        />
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

function featuresOf(node: GraphNode): string[] {
  const hosts = (text: string, names: readonly string[]) => (names.length === 0 ? text : `${text}. ${t('panel.hosts', { hosts: names.join(', ') })}`);
  return [
    node.isServiceEntry && hosts(t('panel.feature.serviceEntry', { location: node.serviceEntryLocation ?? '' }), node.hosts.serviceEntry),
    node.isGateway && hosts(t('panel.feature.gateway'), node.hosts.gateway),
    node.hasVirtualService && hosts(t('panel.feature.virtualService'), node.hosts.virtualService),
    node.hasRequestRouting && t('panel.feature.requestRouting'),
    node.hasTrafficShifting && t('panel.feature.trafficShifting'),
    node.hasTcpTrafficShifting && t('panel.feature.tcpTrafficShifting'),
    node.hasFaultInjection && t('panel.feature.faultInjection'),
    node.hasMirroring && t('panel.feature.mirroring'),
    node.hasRequestTimeout && t('panel.feature.requestTimeout'),
    node.hasCircuitBreaker && t('panel.feature.circuitBreaker'),
    node.isOutOfMesh && t('panel.feature.outOfMesh'),
    node.workloadEntries.length > 0 && t('panel.feature.workloadEntry', { names: node.workloadEntries.join(', ') }),
    node.isRoot && t('panel.feature.root'),
    node.isIdle && t('panel.feature.idle'),
    node.isDead && t('panel.feature.dead'),
    node.isOutside && t('panel.feature.outside'),
    node.isInaccessible && t('panel.feature.inaccessible'),
  ].filter((feature) => typeof feature === 'string');
}
