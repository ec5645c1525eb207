import { t } from '../i18n';
import { EmptyMessage } from '../shell/PageMessage';

/** A page of several namespaces without any. */
export function NoNamespaceSelected({ hasNamespaces, onAll }: { readonly hasNamespaces: boolean; readonly onAll: () => void }) {
  return hasNamespaces ? (
    <EmptyMessage title={t('graph.noNamespace')} actions={[[t('namespaces.showAll'), onAll]]}>
      {t('namespaces.choose.text')}
    </EmptyMessage>
  ) : (
    <EmptyMessage title={t('graph.noNamespaces')}>{t('graph.noNamespaces.text')}</EmptyMessage>
  );
}
