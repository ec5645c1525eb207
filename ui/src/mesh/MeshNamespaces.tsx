import { List, ListItem } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { optionalObject, stringMap, text } from '../api/decode';
import { t } from '../i18n';
import { namespaceMode, type NamespaceMode } from '../namespaces/namespaceRows';
import { ContextLink } from '../shell/ContextLink';

interface PlaneNamespace {
  readonly name: string;
  readonly mode: NamespaceMode;
  readonly revision: string;
}

/** The namespaces that a control plane configures. */
export function ManagedNamespaces({ namespaces }: { readonly namespaces: readonly unknown[] }) {
  const names = read(namespaces);
  return (
    <section className="weft-panel__section">
      <Heading count={names.length} />
      <List isPlain>
        {names.map(({ name }) => (
          <ListItem key={name}>
            <NamespaceLink name={name} />
          </ListItem>
        ))}
      </List>
    </section>
  );
}

/** The namespaces of a data plane: how they are in the mesh, and by whose revision. */
export function DataPlaneTable({ namespaces }: { readonly namespaces: readonly unknown[] }) {
  const rows = read(namespaces);
  return (
    <section className="weft-panel__section">
      <Heading count={rows.length} />
      {rows.length === 0 ? (
        <p className="weft-panel__subtle">{t('mesh.managed.none')}</p>
      ) : (
        <Table variant="compact" borders={false} aria-label={t('mesh.managed')}>
          <Thead>
            <Tr>
              <Th>{t('list.namespace')}</Th>
              <Th>{t('namespaces.mode')}</Th>
              <Th>{t('mesh.revision')}</Th>
            </Tr>
          </Thead>
          <Tbody>
            {rows.map(({ name, mode, revision }) => (
              <Tr key={name}>
                <Td dataLabel={t('list.namespace')}>
                  <NamespaceLink name={name} />
                </Td>
                <Td dataLabel={t('namespaces.mode')}>{t(`namespaces.mode.${mode}`)}</Td>
                <Td dataLabel={t('mesh.revision')}>{revision || '–'}</Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      )}
    </section>
  );
}

function Heading({ count }: { readonly count: number }) {
  return (
    <h3 className="weft-panel__heading">
      {t('mesh.managed')} ({count})
    </h3>
  );
}

function NamespaceLink({ name }: { readonly name: string }) {
  return <ContextLink to={`/namespaces/${encodeURIComponent(name)}`}>{name}</ContextLink>;
}

function read(namespaces: readonly unknown[]): readonly PlaneNamespace[] {
  return namespaces
    .map((item) => {
      const data = optionalObject(item);
      const labels = stringMap(data?.labels);
      return { name: text(data?.name), mode: namespaceMode({ labels, isAmbient: data?.isAmbient === true }), revision: text(data?.revision) || labels['istio.io/rev'] || '' };
    })
    .filter(({ name }) => name !== '');
}
