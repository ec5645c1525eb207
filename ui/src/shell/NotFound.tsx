import { Bullseye, Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import { SearchIcon } from '@patternfly/react-icons/dist/esm/icons/search-icon';
import { useLocation, useNavigate } from 'react-router';
import { t } from '../i18n';

export function NotFound() {
  const { pathname } = useLocation();
  const navigate = useNavigate();
  return (
    <Bullseye>
      <EmptyState titleText={t('shell.notFound')} headingLevel="h1" icon={SearchIcon}>
        <EmptyStateBody>{t('shell.notFound.text', { path: pathname })}</EmptyStateBody>
        <EmptyStateFooter>
          <EmptyStateActions>
            <Button onClick={() => void navigate('/graph/namespaces')}>{t('shell.notFound.action')}</Button>
          </EmptyStateActions>
        </EmptyStateFooter>
      </EmptyState>
    </Bullseye>
  );
}
