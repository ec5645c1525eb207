import { Icon, Tooltip } from '@patternfly/react-core';
import { LockIcon } from '@patternfly/react-icons/dist/esm/icons/lock-icon';
import { LockOpenIcon } from '@patternfly/react-icons/dist/esm/icons/lock-open-icon';
import { tlsMode, type TlsStatus } from '../api/tls';
import { t } from '../i18n';

/** Kiali's padlock: full for strict, hollow for partial or permissive. */
export function MtlsIcon({ tls, scope, withText = false }: { readonly tls: TlsStatus | undefined; readonly scope: 'mesh' | 'namespace'; readonly withText?: boolean }) {
  const mode = tls === undefined ? 'unset' : tlsMode(tls.status);
  // Without an icon and without a text there would be nothing to see, and a stop of the keyboard on it.
  if (mode === 'unset' && !withText) return null;
  const text = t(`mtls.${scope}.${mode}`);
  const shortText = t(`mtls.${mode}`);
  return (
    <Tooltip content={tls?.minTls ? `${text} (${tls.minTls.replace('TLSV1_', 'TLS 1.')})` : text}>
      <span className="weft-badges weft-badges--line" tabIndex={0} role="img" aria-label={text}>
        {mode !== 'unset' && (
          <Icon isInline {...(mode === 'strict' && { status: 'success' as const })} {...(mode === 'disabled' && { status: 'warning' as const })}>
            {mode === 'strict' || mode === 'partial' ? <LockIcon /> : <LockOpenIcon />}
          </Icon>
        )}
        {withText && <span>{shortText}</span>}
      </span>
    </Tooltip>
  );
}
