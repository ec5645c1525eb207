import { Card, CardBody, CardFooter, CardHeader, CardTitle } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { detailsPath } from '../api/lists';
import { fetchInsights, type InsightKind, type ServiceInsight } from '../api/overview';
import { StatusIcon } from '../entity/HealthIcon';
import { byteRate, duration as milliseconds, percent } from '../graph/format';
import { t } from '../i18n';
import { ContextLink } from '../shell/ContextLink';
import { usePageQuery } from '../time/usePageQuery';
import { ManageMetrics, useInsightKinds } from './ManageMetrics';
import { CardAnswer } from './OverviewCard';

/** As many services stand in a card. */
const mostServices = 6;

/** The services that stand out, in up to three respects; which of them is for the user to say. */
export function ServiceInsights() {
  const [shown, show] = useInsightKinds();
  return (
    <Card isCompact isFullHeight className="weft-card" data-test="service-insights-card">
      <CardHeader actions={{ hasNoOffset: true, actions: <ManageMetrics shown={shown} onChange={show} /> }}>
        <CardTitle component="h2">{t('overview.insights')}</CardTitle>
      </CardHeader>
      <CardBody>
        {shown.length === 0 ? (
          <p className="weft-subtle">{t('overview.metrics.none')}</p>
        ) : (
          <div className="weft-insights">
            {shown.map((kind) => (
              <section key={kind} data-test={`insight-${kind}`}>
                <h3 className="weft-insights__title">{t(`overview.insight.${kind}`)}</h3>
                <InsightTable kind={kind} />
              </section>
            ))}
          </div>
        )}
      </CardBody>
      <CardFooter>
        <ContextLink to="/services?sort=health">{t('overview.viewServices')}</ContextLink>
      </CardFooter>
    </Card>
  );
}

/** The services that stand out in one respect. */
function InsightTable({ kind }: { readonly kind: InsightKind }) {
  const query = usePageQuery(['overview', 'insights', kind], (signal) => fetchInsights(kind, signal));
  return (
    <CardAnswer query={query} lines={6}>
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
                    <span className="weft-insights__service">
                      <span role="img" aria-label={t(`panel.health.${service.health}`)}>
                        <StatusIcon status={service.health} />
                      </span>
                      <ContextLink to={`${detailsPath('services', service.namespace, service.name)}?tab=metrics`}>{service.name}</ContextLink>
                      <span className="weft-subtle weft-insights__namespace" title={service.namespace}>
                        {service.namespace}
                      </span>
                    </span>
                  </Td>
                  <Td className="weft-nowrap">{insightText(kind, service)}</Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        );
      }}
    </CardAnswer>
  );
}

function insightText(kind: InsightKind, service: ServiceInsight): string {
  if (kind === 'latency') return milliseconds(service.value);
  return kind === 'rates' ? percent(service.value) : byteRate(service.value);
}
