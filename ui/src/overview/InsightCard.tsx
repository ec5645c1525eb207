import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { detailsPath } from '../api/lists';
import { fetchInsights, type InsightKind, type ServiceInsight } from '../api/overview';
import { StatusIcon } from '../entity/HealthIcon';
import { KindBadge } from '../entity/KindBadge';
import { byteRate, duration as milliseconds, percent } from '../graph/format';
import { t } from '../i18n';
import { ContextLink } from '../shell/ContextLink';
import { usePageQuery } from '../time/usePageQuery';
import { OverviewCard } from './OverviewCard';

/** As many services stand in a card. */
const mostServices = 6;

/** The services that stand out in one respect. */
export function InsightCard({ kind }: { readonly kind: InsightKind }) {
  const query = usePageQuery(['overview', 'insights', kind], (signal) => fetchInsights(kind, signal));
  return (
    <OverviewCard title={t(`overview.insight.${kind}`)} query={query} lines={6} footer={[t('overview.viewServices'), '/services?sort=health']}>
      {(services) => {
        const shown = kind === 'rates' ? services.filter(({ value }) => value > 0) : services;
        if (shown.length === 0) return <p className="weft-subtle">{t(`overview.insight.${kind}.none`)}</p>;
        return (
          <Table variant="compact" borders={false} aria-label={t(`overview.insight.${kind}`)}>
            <Thead>
              <Tr>
                <Th>{t('details.service')}</Th>
                <Th>{t(`overview.insight.${kind}.value`)}</Th>
              </Tr>
            </Thead>
            <Tbody>
              {shown.slice(0, mostServices).map((service) => (
                <Tr key={`${service.namespace} ${service.name}`}>
                  <Td>
                    <span className="weft-badges">
                      <span role="img" aria-label={t(`panel.health.${service.health}`)}>
                        <StatusIcon status={service.health} />
                      </span>
                      <KindBadge kind="services" />
                      <ContextLink to={`${detailsPath('services', service.namespace, service.name)}?tab=metrics`}>{service.name}</ContextLink>
                      <span className="weft-subtle">{service.namespace}</span>
                    </span>
                  </Td>
                  <Td className="weft-nowrap">{insightText(kind, service)}</Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        );
      }}
    </OverviewCard>
  );
}

function insightText(kind: InsightKind, service: ServiceInsight): string {
  if (kind === 'latency') return milliseconds(service.value);
  return kind === 'rates' ? percent(service.value) : byteRate(service.value);
}
