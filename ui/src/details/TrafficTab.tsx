import { Icon } from '@patternfly/react-core';
import { LockIcon } from '@patternfly/react-icons/dist/esm/icons/lock-icon';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useMemo } from 'react';
import { fetchGraph, type GraphNode } from '../api/graph';
import { StatusIcon } from '../entity/HealthIcon';
import { KindBadge } from '../entity/KindBadge';
import { byteRate, percent, requestRate } from '../graph/format';
import { graphRequest } from '../graph/graphRequest';
import { defaultGraphState } from '../graph/graphState';
import { KindBadge as NodeBadge } from '../graph/panel/NodeTag';
import { nodeTitle } from '../graph/traffic';
import { t } from '../i18n';
import { nodeDetailsPath } from '../mini/MiniGraph';
import { ContextLink } from '../shell/ContextLink';
import { Lines } from '../shell/Lines';
import { EmptyMessage, Loaded } from '../shell/PageMessage';
import { shortDuration } from '../time/time';
import { usePageQuery } from '../time/usePageQuery';
import { useTime } from '../time/useTime';
import { FactCard } from './FactCard';
import { entityGraphType, graphTarget, type Entity } from './target';
import { trafficRows, type TrafficRow } from './trafficRows';

/** Who calls this, and whom it calls: rates and success, from its graph. */
export function TrafficTab({ entity }: { readonly entity: Entity }) {
  const [{ duration }] = useTime();
  const { kind, namespace, name } = entity;
  const request = useMemo(() => {
    const target = { kind, namespace, name };
    // An application meets its partners without services in between; the security of edges is wanted.
    const state = { ...defaultGraphState, duration, graphType: entityGraphType(kind), badgeSecurity: true };
    return graphRequest(graphTarget(target), state, [namespace], false, false);
  }, [kind, namespace, name, duration]);
  const query = usePageQuery(['traffic', request.path, request], (signal) => fetchGraph(request.path, request.query, signal));
  return (
    <Loaded query={query} failure={t('details.traffic.failed')} skeleton={<Lines count={8} />}>
      {(graph) => {
        const rows = trafficRows(graph, entity);
        if (rows.length === 0) {
          return <EmptyMessage title={t('panel.noTraffic')}>{t('panel.noTraffic.text', { duration: shortDuration(duration) })}</EmptyMessage>;
        }
        return (
          <div className="weft-stack">
            {(['inbound', 'outbound'] as const).map((direction) => (
              <FactCard key={direction} title={t(`details.traffic.${direction}`)}>
                <TrafficTable title={t(`details.traffic.${direction}`)} rows={rows.filter((row) => row.direction === direction)} tab={kind === 'services' ? 'metrics' : direction === 'inbound' ? 'in_metrics' : 'out_metrics'} />
              </FactCard>
            ))}
          </div>
        );
      }}
    </Loaded>
  );
}

function TrafficTable({ title, rows, tab }: { readonly title: string; readonly rows: readonly TrafficRow[]; readonly tab: string }) {
  if (rows.length === 0) return <p className="weft-subtle">{t('panel.noTraffic')}</p>;
  return (
    <Table variant="compact" borders={false} aria-label={title}>
      <Thead>
        <Tr>
          <Th width={10}>{t('details.status')}</Th>
          <Th width={35}>{t('list.name')}</Th>
          <Th>{t('details.rate')}</Th>
          <Th>{t('panel.col.success')}</Th>
          <Th>{t('details.protocol')}</Th>
          <Th screenReaderText={t('details.actions')} />
        </Tr>
      </Thead>
      <Tbody>
        {rows.map((row) => {
          const path = nodeDetailsPath(row.node);
          return (
            <Tr key={row.id}>
              <Td>
                <span role="img" aria-label={t(`panel.health.${row.health}`)}>
                  <StatusIcon status={row.health} />
                </span>
              </Td>
              <Td>
                <span className="weft-badges">
                  <PartnerBadge node={row.node} />
                  {path === null ? nodeTitle(row.node) : <ContextLink to={path}>{nodeTitle(row.node)}</ContextLink>}
                </span>
              </Td>
              <Td>{row.protocol === 'tcp' ? byteRate(row.rate) : requestRate(row.rate)}</Td>
              <Td>{row.success === null ? '–' : percent(row.success)}</Td>
              <Td>
                <span className="weft-badges">
                  {row.protocol}
                  {row.isMtls && (
                    <Icon isInline title={t('graph.legend.mtls')}>
                      <LockIcon />
                    </Icon>
                  )}
                </span>
              </Td>
              <Td>
                <ContextLink to={`?tab=${tab}`}>
                  {t('details.traffic.metrics')} <span className="pf-v6-screen-reader">{t('details.traffic.metricsOf', { name: nodeTitle(row.node) })}</span>
                </ContextLink>
              </Td>
            </Tr>
          );
        })}
      </Tbody>
    </Table>
  );
}

/** In the colours of the lists, where a partner is of a kind that has one. */
function PartnerBadge({ node }: { readonly node: GraphNode }) {
  if (node.isServiceEntry) return <KindBadge kind="ServiceEntry" />;
  if (node.type === 'service') return <KindBadge kind="services" />;
  if (node.type === 'workload') return <KindBadge kind="workloads" />;
  return node.type === 'app' ? <KindBadge kind="applications" /> : <NodeBadge node={node} />;
}
