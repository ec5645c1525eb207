import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { IstioObjectItem } from '../api/istio';
import { objectPath } from '../api/references';
import { KindBadge } from '../entity/KindBadge';
import { ValidationIcon } from '../entity/ValidationIcon';
import { t } from '../i18n';
import { kindTitle } from '../istio/istioList';
import { ContextLink } from '../shell/ContextLink';

/** The Istio Config card of a details page. */
export function IstioObjects({ objects }: { readonly objects: readonly IstioObjectItem[] }) {
  if (objects.length === 0) return <p className="weft-subtle">{t('details.istio.none')}</p>;
  return (
    <Table variant="compact" borders={false} aria-label={t('nav.istio')}>
      <Thead>
        <Tr>
          <Th>{t('list.name')}</Th>
          <Th>{t('list.type')}</Th>
          <Th>{t('list.configuration')}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {objects.map((item) => (
          <Tr key={`${item.kind} ${item.namespace} ${item.name}`}>
            <Td>
              <span className="weft-badges">
                <KindBadge kind={item.kind} />
                <ContextLink to={objectPath(item)}>{item.name}</ContextLink>
              </span>
            </Td>
            <Td>{kindTitle(item)}</Td>
            <Td>
              <ValidationIcon validation={item.validation} name={item.name} withText />
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
