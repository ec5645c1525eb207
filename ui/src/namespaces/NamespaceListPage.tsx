import { useMemo } from 'react';
import { fetchNamespaceHealth } from '../api/clusterHealth';
import { fetchValidationSummaries } from '../api/istio';
import { fetchNamespaces } from '../api/namespaces';
import { fetchNamespaceTls } from '../api/tls';
import { t } from '../i18n';
import { ListView } from '../lists/ListView';
import { Loaded } from '../shell/PageMessage';
import { PageFrame } from '../shell/PageFrame';
import { PartialNote } from '../shell/PartialNote';
import { useManyClusters } from '../shell/useConfig';
import { usePageQuery } from '../time/usePageQuery';
import { useTime } from '../time/useTime';
import { namespaceList } from './namespaceList';
import { namespaceRows } from './namespaceRows';

/** All namespaces with mode, health, mTLS and the state of their configuration. Each column fills when its source answers. */
export function NamespaceListPage() {
  const [{ duration }] = useTime();
  const manyClusters = useManyClusters();
  const definition = useMemo(() => namespaceList(manyClusters), [manyClusters]);
  const namespaces = usePageQuery(['namespaces', 'page'], (signal) => fetchNamespaces(signal));
  const health = usePageQuery(['health', 'app', duration], (signal) => fetchNamespaceHealth('app', [], duration, signal));
  const tls = usePageQuery(['tls'], (signal) => fetchNamespaceTls([], signal));
  const config = usePageQuery(['validations'], (signal) => fetchValidationSummaries([], signal));
  const rows = useMemo(
    () => namespaces.data && namespaceRows(namespaces.data, health.data, tls.data, config.data),
    [namespaces.data, health.data, tls.data, config.data],
  );
  return (
    <PageFrame title={t('nav.namespaces')}>
      <PartialNote
        failures={[
          [t('namespaces.part.health'), health.error],
          [t('namespaces.part.tls'), tls.error],
          [t('namespaces.part.config'), config.error],
        ]}
      />
      <Loaded query={namespaces} failure={t('namespaces.failed')} skeleton={<ListView definition={definition} rows={undefined} />}>
        {() => <ListView definition={definition} rows={rows} />}
      </Loaded>
    </PageFrame>
  );
}
