import { Bullseye, Spinner } from '@patternfly/react-core';
import { t } from '../i18n';

export function Loading() {
  return (
    <Bullseye>
      <Spinner aria-label={t('page.loading')} />
    </Bullseye>
  );
}
