import { ToolbarItem } from '@patternfly/react-core';
import { useMemo } from 'react';
import { fetchIstioConfig } from '../api/istio';
import { t } from '../i18n';
import { ListView } from '../lists/ListView';
import { NoNamespaceSelected } from '../lists/NoNamespaceSelected';
import { MissingNamespaces } from '../namespaces/MissingNamespaces';
import { NamespaceSelector } from '../namespaces/NamespaceSelector';
import { usePageNamespaces } from '../namespaces/usePageNamespaces';
import { Loaded } from '../shell/PageMessage';
import { PageFrame } from '../shell/PageFrame';
import { useManyClusters } from '../shell/useConfig';
import { usePageQuery } from '../time/usePageQuery';
import { istioList } from './istioList';

/** Every object of Istio and the Gateway API with the outcome of its validation. */
export function IstioListPage() {
  const namespaces = usePageNamespaces(true);
  const manyClusters = useManyClusters();
  const definition = useMemo(() => istioList(manyClusters), [manyClusters]);
  const query = usePageQuery(['istio', 'list'], fetchIstioConfig);
  const selected = useMemo(() => new Set(namespaces.selected), [namespaces.selected]);
  const rows = useMemo(() => query.data?.filter((item) => selected.has(item.namespace)), [query.data, selected]);
  return (
    <PageFrame
      title={t('nav.istio')}
      controls={
        <ToolbarItem>
          <NamespaceSelector namespaces={namespaces.all} selected={namespaces.selected ?? []} onChange={namespaces.choose} />
        </ToolbarItem>
      }
    >
      <MissingNamespaces namespaces={namespaces} />
      {namespaces.selected?.length === 0 ? (
        <NoNamespaceSelected hasNamespaces={namespaces.all.length > 0} onAll={() => namespaces.choose(null)} />
      ) : (
        <Loaded query={query} failure={t('list.istio.failed')} skeleton={<ListView definition={definition} rows={undefined} />}>
          {() => <ListView definition={definition} rows={namespaces.selected === null ? undefined : rows} />}
        </Loaded>
      )}
    </PageFrame>
  );
}
