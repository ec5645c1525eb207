import { Alert, AlertActionLink } from '@patternfly/react-core';
import { t } from '../i18n';
import type { PageNamespaces } from './usePageNamespaces';

/** Says which of the namespaces in the address do not exist, so that an empty list is not taken for an empty namespace. */
export function MissingNamespaces({ namespaces }: { readonly namespaces: PageNamespaces }) {
  const { all, selected, choose } = namespaces;
  const known = new Set(all.map(({ name }) => name));
  const missing = all.length === 0 ? [] : (selected ?? []).filter((name) => !known.has(name));
  if (missing.length === 0) return null;
  return (
    <Alert
      component="h2"
      variant="warning"
      isInline
      className="weft-stale"
      title={t('namespaces.missing', { names: missing.join(', ') })}
      actionLinks={<AlertActionLink onClick={() => choose(null)}>{t('namespaces.showAll')}</AlertActionLink>}
    />
  );
}
