import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { WaypointLink } from '../api/ambient';
import type { WorkloadDetails } from '../api/details';
import { detailsPath, type EntityKind } from '../api/lists';
import { FactCard, Facts } from '../details/FactCard';
import { KindBadge } from '../entity/KindBadge';
import { Fact } from '../graph/panel/Fact';
import { t } from '../i18n';
import { ContextLink } from '../shell/ContextLink';
import { EmptyMessage } from '../shell/PageMessage';
import { SubTabs } from './SubTabs';
import '../envoy/envoy.css';

/** The label by which a waypoint says whose calls it takes; without it those of services. */
const takesLabel = 'istio.io/waypoint-for';

/** Who is called through a waypoint. */
export function WaypointTab({ details }: { readonly details: WorkloadDetails }) {
  const takes = details.labels[takesLabel] ?? 'service';
  const takesServices = takes === 'service' || takes === 'all';
  const takesWorkloads = takes === 'workload' || takes === 'all';
  return (
    <SubTabs
      parameter="waypointTab"
      label={t('details.tab.waypoint')}
      tabs={[
        ...(takesServices ? [{ id: 'services' as const, title: t('nav.services') }] : []),
        ...(takesWorkloads ? [{ id: 'workloads' as const, title: t('nav.workloads') }] : []),
        { id: 'info' as const, title: t('ambient.info') },
      ]}
    >
      {(tab) =>
        tab === 'info' ? (
          <FactCard title={t('entity.waypoint')}>
            <Facts>
              <Fact term={t('ambient.takes')}>{takes}</Fact>
              <Fact term={t('nav.services')}>{takesServices ? details.waypointServices.length : '–'}</Fact>
              <Fact term={t('nav.workloads')}>{takesWorkloads ? details.waypointWorkloads.length : '–'}</Fact>
            </Facts>
          </FactCard>
        ) : (
          <Called kind={tab} links={tab === 'services' ? details.waypointServices : details.waypointWorkloads} />
        )
      }
    </SubTabs>
  );
}

function Called({ kind, links }: { readonly kind: EntityKind; readonly links: readonly WaypointLink[] }) {
  if (links.length === 0) return <EmptyMessage title={t('ambient.none')}>{t('ambient.none.text')}</EmptyMessage>;
  return (
    <Table variant="compact" aria-label={t(`nav.${kind}`)}>
      <Thead>
        <Tr>
          <Th>{t('list.name')}</Th>
          <Th>{t('list.namespace')}</Th>
          <Th>{t('ambient.labelled')}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {links.map(({ namespace, name, labelType }) => (
          <Tr key={`${namespace} ${name}`}>
            <Td dataLabel={t('list.name')}>
              <span className="weft-badges">
                <KindBadge kind={kind} />
                <ContextLink to={detailsPath(kind, namespace, name)}>{name}</ContextLink>
              </span>
            </Td>
            <Td dataLabel={t('list.namespace')}>{namespace}</Td>
            <Td dataLabel={t('ambient.labelled')}>{labelType}</Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
