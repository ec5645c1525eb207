import { Button, Icon, List, ListItem } from '@patternfly/react-core';
import { CheckCircleIcon } from '@patternfly/react-icons/dist/esm/icons/check-circle-icon';
import { ExclamationCircleIcon } from '@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon';
import { ExclamationTriangleIcon } from '@patternfly/react-icons/dist/esm/icons/exclamation-triangle-icon';
import { MinusIcon } from '@patternfly/react-icons/dist/esm/icons/minus-icon';
import { validationStatus, type Check, type Validation, type ValidationStatus } from '../api/references';
import { t } from '../i18n';
import { HeadedPopover } from '../shell/HeadedPopover';

const glyphs = {
  valid: <Icon status="success" isInline><CheckCircleIcon /></Icon>,
  warning: <Icon status="warning" isInline><ExclamationTriangleIcon /></Icon>,
  error: <Icon status="danger" isInline><ExclamationCircleIcon /></Icon>,
  none: <Icon isInline><MinusIcon /></Icon>,
} as const;

export function ValidationGlyph({ status }: { readonly status: ValidationStatus }) {
  return glyphs[status];
}

/** The outcome of a validation; pressing it lists the findings. */
export function ValidationIcon({ validation, name, withText = false }: { readonly validation: Validation | null; readonly name: string; readonly withText?: boolean }) {
  const status = validationStatus(validation);
  const text = t(`validation.${status}`);
  const icon = (
    <>
      {glyphs[status]}
      {withText && <span className="weft-health__text">{text}</span>}
    </>
  );
  return (
    <HeadedPopover
      label={t('validation.of', { name })}
      title={text}
      body={validation === null || validation.checks.length === 0 ? t(validation === null ? 'validation.none.text' : 'validation.valid.text') : <Checks checks={validation.checks} />}
      minWidth="22rem"
    >
      <Button variant="plain" hasNoPadding className="weft-health" aria-label={t('health.label', { name, status: text })} data-test="validation-icon">
        {icon}
      </Button>
    </HeadedPopover>
  );
}

export function Checks({ checks }: { readonly checks: readonly Check[] }) {
  return (
    <List isPlain>
      {checks.map((check, i) => (
        <ListItem key={i} icon={glyphs[check.severity === 'unknown' ? 'none' : check.severity]}>
          <strong>{check.code}</strong> {check.message}
          {check.path !== '' && <div className="weft-mono weft-subtle">{check.path}</div>}
        </ListItem>
      ))}
    </List>
  );
}
