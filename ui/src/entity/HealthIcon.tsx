import { Button, Icon } from '@patternfly/react-core';
import { CheckCircleIcon } from '@patternfly/react-icons/dist/esm/icons/check-circle-icon';
import { ExclamationCircleIcon } from '@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon';
import { ExclamationTriangleIcon } from '@patternfly/react-icons/dist/esm/icons/exclamation-triangle-icon';
import { MinusCircleIcon } from '@patternfly/react-icons/dist/esm/icons/minus-circle-icon';
import { UnknownIcon } from '@patternfly/react-icons/dist/esm/icons/unknown-icon';
import type { ComponentType } from 'react';
import type { HealthStatus } from '../api/graph';
import { errorCodes, errorShare, type CodeRates, type Health } from '../api/health';
import { decimal, percent } from '../graph/format';
import { t } from '../i18n';
import { HeadedPopover } from '../shell/HeadedPopover';

type IconStatus = 'success' | 'warning' | 'danger' | 'info';

const looks: Readonly<Record<HealthStatus, { readonly icon: ComponentType; readonly status?: IconStatus }>> = {
  Healthy: { icon: CheckCircleIcon, status: 'success' },
  Degraded: { icon: ExclamationTriangleIcon, status: 'warning' },
  Failure: { icon: ExclamationCircleIcon, status: 'danger' },
  'Not Ready': { icon: MinusCircleIcon, status: 'info' },
  NA: { icon: UnknownIcon },
};

export function StatusIcon({ status }: { readonly status: HealthStatus }) {
  const { icon: Glyph, status: color } = looks[status];
  return (
    <Icon {...(color && { status: color })} isInline>
      <Glyph />
    </Icon>
  );
}

/** The health of a thing as an icon; pressing it tells where it comes from. */
export function HealthIcon({ health, name, withText = false }: { readonly health: Health | null; readonly name: string; readonly withText?: boolean }) {
  const status = health?.status ?? 'NA';
  const text = t(`panel.health.${status}`);
  return (
    <HeadedPopover label={t('health.of', { name })} title={text} body={<HealthFacts health={health} />} position="right">
      <Button variant="plain" hasNoPadding className="weft-health" aria-label={t('health.label', { name, status: text })} data-test="health-icon">
        <StatusIcon status={status} />
        {withText && <span className="weft-health__text">{text}</span>}
      </Button>
    </HeadedPopover>
  );
}

/** What a health was computed from: replicas and requests. */
export function HealthFacts({ health }: { readonly health: Health | null }) {
  if (health === null) return <>{t('health.unknown')}</>;
  return (
    <div className="weft-health__facts">
      {health.workloads.length > 0 && (
        <section>
          <strong>{t('health.pods')}</strong>
          {health.workloads.map((workload) => (
            <div key={workload.name}>
              <StatusIcon status={workload.desired === 0 ? 'Not Ready' : workload.available === 0 ? 'Failure' : workload.available < workload.desired ? 'Degraded' : 'Healthy'} />{' '}
              {t('panel.replicas', { name: workload.name, available: workload.available, desired: workload.desired })}
              {workload.synced !== null && workload.synced < workload.desired && <> · {t('health.synced', { synced: workload.synced, desired: workload.desired })}</>}
            </div>
          ))}
        </section>
      )}
      <section>
        <strong>{t('health.traffic')}</strong>
        <TrafficFact title={t('panel.inbound')} protocols={health.inbound} />
        <TrafficFact title={t('panel.outbound')} protocols={health.outbound} />
      </section>
    </div>
  );
}

function TrafficFact({ title, protocols }: { readonly title: string; readonly protocols: Readonly<Record<string, CodeRates>> }) {
  const { total, errors } = errorShare(protocols);
  if (total === 0) return <div>{t('health.noTraffic', { direction: title })}</div>;
  return (
    <div>
      {t('health.rate', { direction: title, rate: decimal(total), errors: percent((100 * errors) / total) })}
      {errorCodes(protocols).map(({ protocol, code, share }) => (
        <div key={`${protocol} ${code}`} className="weft-health__code">
          <Icon isInline status="danger">
            <ExclamationCircleIcon />
          </Icon>{' '}
          {code === '-' ? t('health.noResponse', { protocol, share: percent(share) }) : t('health.code', { protocol, code, share: percent(share) })}
        </div>
      ))}
    </div>
  );
}
