import { DescriptionList, Label, Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { lazy, Suspense, useState } from 'react';
import type { GraphEdge, ResponseShare, TrafficGraph } from '../../api/graph';
import type { Trace } from '../../api/traces';
import { t } from '../../i18n';
import { byteRate, duration, percent } from '../format';
import { Lines } from '../../shell/Lines';
import { EdgeTraces } from '../trace/NodeTraces';
import { edgeRate, sumEdges } from '../traffic';
import { edgeChartSource } from './edgeCharts';
import { Fact } from './Fact';
import { HealthLabel } from './HealthLabel';
import { NodeTag } from './NodeTag';
import { TrafficSections } from './TrafficSections';

const PanelCharts = lazy(() => import('./PanelCharts'));

interface Props {
  readonly graph: TrafficGraph;
  readonly edge: GraphEdge;
  /** How the response time was computed, as text. */
  readonly responseTimeKind: string;
  readonly countsMessages: boolean;
  /** The moment shown, in seconds since 1970; `null` for now. */
  readonly at: number | null;
  readonly trace: Trace | null;
  readonly onTrace: (traceId: string | null) => void;
  readonly onSelect: (id: string) => void;
}

/** The panel of an edge: its ends, its rates, response flags and hosts, timing and encryption. */
export function EdgeSummary({ graph, edge, responseTimeKind, countsMessages, at, trace, onTrace, onSelect }: Props) {
  const [tab, setTab] = useState<'traffic' | 'flags' | 'hosts' | 'traces'>('traffic');
  const find = (id: string) => graph.nodes.find((node) => node.id === id);
  const [source, target] = [find(edge.source), find(edge.target)];
  const charts = source && target && edgeRate(edge) > 0 ? edgeChartSource(source, target) : null;
  const share = edge.rates[`${edge.protocol}PercentReq`];
  return (
    <>
      <h2 className="weft-panel__title">
        {t('panel.edge')} <Label isCompact>{edge.protocol}</Label>
      </h2>
      <DescriptionList isHorizontal isCompact className="weft-panel__section" horizontalTermWidthModifier={{ default: '8rem' }}>
        {source && (
          <Fact term={t('panel.from')}>
            <NodeTag node={source} onSelect={onSelect} />
          </Fact>
        )}
        {target && (
          <Fact term={t('panel.to')}>
            <NodeTag node={target} onSelect={onSelect} />
          </Fact>
        )}
        {edge.health && edge.protocol !== 'tcp' && (
          <Fact term={t('panel.health')}>
            <HealthLabel status={edge.health} />
          </Fact>
        )}
        {edge.responseTime !== null && (
          <Fact term={t('panel.responseTime')}>
            {duration(edge.responseTime)} <span className="weft-panel__subtle">{responseTimeKind}</span>
          </Fact>
        )}
        {edge.throughput !== null && <Fact term={t('panel.throughput')}>{byteRate(edge.throughput)}</Fact>}
        <Fact term={t('panel.mtls')}>{mtlsText(edge)}</Fact>
        {edge.sourcePrincipal !== '' && <Fact term={t('panel.sourcePrincipal')}>{principal(edge.sourcePrincipal)}</Fact>}
        {edge.destPrincipal !== '' && <Fact term={t('panel.destPrincipal')}>{principal(edge.destPrincipal)}</Fact>}
      </DescriptionList>
      <Tabs activeKey={tab} onSelect={(_, key) => setTab(key as typeof tab)} isFilled unmountOnExit mountOnEnter aria-label={t('panel.edge')}>
        <Tab eventKey="traffic" title={<TabTitleText>{t('panel.tab.traffic')}</TabTitleText>}>
          <TrafficSections traffic={[{ name: t('panel.total'), sums: sumEdges([edge]) }]} duration={graph.duration} countsMessages={countsMessages} />
          {share !== undefined && <p className="weft-panel__subtle">{t('panel.share.source', { percent: percent(share) })}</p>}
          {charts && (
            <Suspense fallback={<Lines count={3} />}>
              <PanelCharts key={edge.id} {...charts} isTcp={edge.protocol === 'tcp'} withTimes at={at} title={t('panel.tab.traffic')} />
            </Suspense>
          )}
        </Tab>
        <Tab eventKey="flags" title={<TabTitleText>{t('panel.tab.flags')}</TabTitleText>}>
          <ShareTable title={t('panel.flag')} responses={edge.responses} of={(response) => response.flags} />
        </Tab>
        <Tab eventKey="hosts" title={<TabTitleText>{t('panel.tab.hosts')}</TabTitleText>}>
          <ShareTable title={t('panel.host')} responses={edge.responses} of={(response) => response.hosts} />
        </Tab>
        {source && target && (
          <Tab eventKey="traces" title={<TabTitleText>{t('details.tab.traces')}</TabTitleText>}>
            <EdgeTraces key={edge.id} graph={graph} edge={edge} source={source} target={target} trace={trace} onTrace={onTrace} />
          </Tab>
        )}
      </Tabs>
    </>
  );
}

interface ShareProps {
  readonly title: string;
  readonly responses: readonly ResponseShare[];
  readonly of: (response: ResponseShare) => readonly (readonly [string, number])[];
}

function ShareTable({ title, responses, of }: ShareProps) {
  const rows = responses.flatMap((response) => of(response).map(([name, share]) => ({ code: response.code, name, share })));
  if (rows.length === 0) return <p className="weft-panel__section weft-panel__subtle">{t('panel.noTraffic')}</p>;
  return (
    <Table variant="compact" borders={false} aria-label={title} className="weft-panel__table">
      <Thead>
        <Tr>
          <Th>{t('panel.code')}</Th>
          <Th>{title}</Th>
          <Th>{t('panel.share')}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {rows.map(({ code, name, share }) => (
          <Tr key={`${code} ${name}`}>
            <Td>{code}</Td>
            <Td modifier="breakWord">{name}</Td>
            <Td>{percent(share)}</Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

function mtlsText(edge: GraphEdge): string {
  if (edge.mtls === null || edge.mtls === 0) return t('panel.mtls.none');
  return edge.mtls >= 100 ? t('panel.mtls.all') : t('panel.mtls.some', { percent: percent(edge.mtls) });
}

/** Without the scheme that all principals share. */
function principal(text: string): string {
  return text.replace(/^spiffe:\/\//, '');
}
