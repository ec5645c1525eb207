import { Alert, AlertActionCloseButton, AlertActionLink } from '@patternfly/react-core';
import { useEffect, useState } from 'react';
import { t } from '../i18n';
import { useSession, useSessionActions } from './session';

/** Before the end, so that what is being looked at can be finished. */
const warnBefore = 5 * 60_000;

/** Counts down the last minutes of a session. It can be prolonged as long as its token is good; after that a login anew leads back to the same page. */
export function SessionWarning() {
  const { expiresOn, strategy } = useSession();
  const { stay, leave } = useSessionActions();
  const [now, setNow] = useState(() => Date.now());
  const [closedFor, setClosedFor] = useState<number | null>(null);
  const isRelevant = strategy === 'token' && expiresOn !== null && closedFor !== expiresOn;
  const left = expiresOn === null ? Number.POSITIVE_INFINITY : expiresOn - now;
  useEffect(() => {
    if (!isRelevant) return;
    // By the minute as long as there is nothing to say, so that a suspended machine is noticed too.
    const timer = setTimeout(() => setNow(Date.now()), left > warnBefore ? Math.min(60_000, left - warnBefore) : 1000);
    return () => clearTimeout(timer);
  }, [isRelevant, left, now]);
  if (!isRelevant || left > warnBefore || left <= 0) return null;
  return (
    <Alert
      component="h2"
      variant="warning"
      isInline
      title={t('session.ends', { time: countdown(left) })}
      data-test="session-warning"
      actionClose={<AlertActionCloseButton aria-label={t('action.close')} onClose={() => setClosedFor(expiresOn)} />}
      actionLinks={
        <>
          <AlertActionLink onClick={stay}>{t('session.stay')}</AlertActionLink>
          <AlertActionLink onClick={leave}>{t('session.again')}</AlertActionLink>
        </>
      }
    >
      {t('session.ends.text')}
    </Alert>
  );
}

/** `4:07`. */
export function countdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
