import { DescriptionList, Label, LabelGroup, Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { lazy, Suspense, useState } from 'react';
import type { GraphEdge, GraphNode, TrafficGraph } from '../../api/graph';
import { t } from '../../i18n';
import { ContextLink } from '../../shell/ContextLink';
import { Lines } from '../../shell/Lines';
import { sumEdges } from '../traffic';
import { Fact } from './Fact';
import { TrafficSections } from './TrafficSections';

const PanelCharts = lazy(() => import('./PanelCharts'));

interface Props {
  readonly graph: TrafficGraph;
  readonly namespaces: readonly string[];
  readonly countsMessages: boolean;
  /** The moment shown, in seconds since 1970; `null` for now. */
  readonly at: number | null;
}

/** The panel when nothing is selected: what the graph holds, and what flows into, out of and through it. */
export function GraphSummary({ graph, namespaces, countsMessages, at }: Props) {
  const [direction, setDirection] = useState<'inbound' | 'outbound' | 'total'>('total');
  const counts = countElements(graph);
  // Rates over time are kept by namespace.
  const [only] = namespaces;
  return (
    <>
      <h2 className="weft-panel__title">{t('panel.graph')}</h2>
      <LabelGroup numLabels={6} aria-label={t('panel.namespaces')}>
        {namespaces.map((name) => (
          <Label key={name} isCompact render={({ className, content }) => <ContextLink to={`/namespaces/${encodeURIComponent(name)}`} className={className}>{content}</ContextLink>}>
            {name}
          </Label>
        ))}
      </LabelGroup>
      <p className="weft-panel__subtle">{t('panel.window', { from: clock(graph.timestamp - graph.duration), to: clock(graph.timestamp) })}</p>
      <DescriptionList isHorizontal isCompact className="weft-panel__section" horizontalTermWidthModifier={{ default: '8rem' }}>
        <Fact term={t('panel.apps')}>{counts.apps}</Fact>
        <Fact term={t('panel.versions')}>{counts.versions}</Fact>
        <Fact term={t('panel.services')}>{counts.services}</Fact>
        <Fact term={t('panel.workloads')}>{counts.workloads}</Fact>
        <Fact term={t('panel.edges')}>{graph.edges.length}</Fact>
      </DescriptionList>
      <Tabs activeKey={direction} onSelect={(_, key) => setDirection(key as typeof direction)} isFilled unmountOnExit mountOnEnter aria-label={t('panel.tab.traffic')}>
        {(['inbound', 'outbound', 'total'] as const).map((key) => (
          <Tab key={key} eventKey={key} title={<TabTitleText>{t(`panel.${key}`)}</TabTitleText>}>
            <TrafficSections traffic={[{ name: t(`panel.${key}`), sums: sumEdges(edgesOf(graph, key)) }]} duration={graph.duration} countsMessages={countsMessages} />
          </Tab>
        ))}
      </Tabs>
      {only !== undefined && namespaces.length === 1 && (
        <Suspense fallback={<Lines count={3} />}>
          {([false, true] as const)
            .filter((isTcp) => graph.edges.some((edge) => (edge.protocol === 'tcp') === isTcp))
            .map((isTcp) => (
              <PanelCharts key={`${only} ${isTcp}`} path={`api/namespaces/${encodeURIComponent(only)}`} direction="inbound" isTcp={isTcp} at={at} title={t('graph.charts.inbound', { name: only })} />
            ))}
        </Suspense>
      )}
    </>
  );
}

function clock(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString();
}

function countElements(graph: TrafficGraph) {
  const nodes = graph.nodes.filter((node) => node.box === null && node.type !== 'unknown');
  const distinct = (of: (node: GraphNode) => string) => new Set(nodes.map(of).filter((name) => name !== '')).size;
  const place = (node: GraphNode, name: string) => (name === '' ? '' : `${node.cluster}/${node.namespace}/${name}`);
  return {
    apps: distinct((node) => (node.type === 'app' ? place(node, node.app) : '')),
    versions: distinct((node) => (node.type === 'app' && node.version !== '' ? place(node, `${node.app}/${node.version}`) : '')),
    services: distinct((node) => (node.type === 'service' ? place(node, node.service) : '')),
    workloads: distinct((node) => place(node, node.workload)),
  };
}

/** Inbound: from outside of the graph, told by its traffic sources. Outbound: to what lies outside. A pair that passes a service counts once. */
function edgesOf(graph: TrafficGraph, direction: 'inbound' | 'outbound' | 'total'): readonly GraphEdge[] {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const of = (id: string) => nodes.get(id);
  switch (direction) {
    case 'inbound':
      return graph.edges.filter((edge) => of(edge.source)?.isRoot === true);
    case 'outbound':
      return graph.edges.filter((edge) => isBeyond(of(edge.target)));
    case 'total': {
      const called = new Set(graph.edges.map((edge) => edge.target));
      return graph.edges.filter((edge) => of(edge.source)?.type !== 'service' || !called.has(edge.source));
    }
  }
}

function isBeyond(node: GraphNode | undefined): boolean {
  return node !== undefined && (node.isOutside || node.isInaccessible || node.isServiceEntry);
}
