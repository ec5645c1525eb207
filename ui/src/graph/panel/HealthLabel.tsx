import { Label } from '@patternfly/react-core';
import type { HealthStatus } from '../../api/graph';
import { t } from '../../i18n';

const statuses = { Healthy: 'success', Degraded: 'warning', Failure: 'danger', 'Not Ready': 'info' } as const;

export function HealthLabel({ status }: { readonly status: HealthStatus }) {
  if (status === 'NA') return <Label variant="outline">{t('panel.health.NA')}</Label>;
  return (
    <Label variant="outline" status={statuses[status]}>
      {t(`panel.health.${status}`)}
    </Label>
  );
}
