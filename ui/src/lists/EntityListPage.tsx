import { ToolbarItem } from '@patternfly/react-core';
import { useMemo } from 'react';
import { fetchList, type EntityKind } from '../api/lists';
import { t } from '../i18n';
import { usePageNamespaces } from '../namespaces/usePageNamespaces';
import { MissingNamespaces } from '../namespaces/MissingNamespaces';
import { NamespaceSelector } from '../namespaces/NamespaceSelector';
import { ErrorMessage, Loaded } from '../shell/PageMessage';
import { PageFrame } from '../shell/PageFrame';
import { useManyClusters } from '../shell/useConfig';
import { usePageQuery } from '../time/usePageQuery';
import { useTime } from '../time/useTime';
import { entityList } from './entityLists';
import { ListView } from './ListView';
import { NoNamespaceSelected } from './NoNamespaceSelected';

/** The list page of applications, workloads or services. */
export function EntityListPage({ kind }: { readonly kind: EntityKind }) {
  const namespaces = usePageNamespaces();
  const [{ duration }] = useTime();
  const { selected, controlPlanes } = namespaces;
  const query = usePageQuery(['list', kind, selected, duration], (signal) => fetchList(kind, selected ?? [], duration, signal), { enabled: selected !== null && selected.length > 0 });
  const manyClusters = useManyClusters();
  const definition = useMemo(() => entityList(kind, controlPlanes, manyClusters), [kind, controlPlanes, manyClusters]);
  return (
    <PageFrame
      title={t(`nav.${kind}`)}
      controls={
        <ToolbarItem>
          <NamespaceSelector namespaces={namespaces.all} selected={selected ?? []} onChange={namespaces.choose} />
        </ToolbarItem>
      }
    >
      <MissingNamespaces namespaces={namespaces} />
      {namespaces.error && selected === null ? (
        <ErrorMessage title={t('namespaces.failed')} error={namespaces.error} onRetry={namespaces.retry} />
      ) : selected !== null && selected.length === 0 ? (
        <NoNamespaceSelected hasNamespaces={namespaces.all.length > 0} onAll={() => namespaces.choose(null)} />
      ) : (
        <Loaded query={query} failure={t(`list.${kind}.failed`)} skeleton={<ListView definition={definition} rows={undefined} />}>
          {(rows) => <ListView definition={definition} rows={rows} />}
        </Loaded>
      )}
    </PageFrame>
  );
}
