import { Banner } from '@patternfly/react-core';
import { ExclamationTriangleIcon } from '@patternfly/react-icons/dist/esm/icons/exclamation-triangle-icon';
import { useSyncExternalStore } from 'react';
import { degradations } from '../api/degraded';
import { t } from '../i18n';

/** Says that a source is down and what its absence means; the pages stand with what the others know. */
export function DegradedBanner() {
  const reasons = useSyncExternalStore(degradations.subscribe, degradations.current);
  if (reasons.length === 0) return null;
  return (
    <Banner color="yellow" screenReaderText={t('degraded.label')} data-test="degraded-banner">
      <ExclamationTriangleIcon /> {t('degraded.text', { reasons: reasons.join('. ') })}
    </Banner>
  );
}
