import { Button, Checkbox, Modal, ModalBody, ModalFooter, ModalHeader, Stack, StackItem } from '@patternfly/react-core';
import { useCallback, useState } from 'react';
import { useSearchParams } from 'react-router';
import { insightKinds, type InsightKind } from '../api/overview';
import { t } from '../i18n';

const parameter = 'siMetrics';

/** Which tables of service insights are shown, kept in Kiali's `siMetrics`; all of them where the address does not say. */
export function useInsightKinds(): readonly [readonly InsightKind[], (kinds: readonly InsightKind[]) => void] {
  const [params, setParams] = useSearchParams();
  const set = useCallback(
    (kinds: readonly InsightKind[]) =>
      setParams(
        (current) => {
          const next = new URLSearchParams(current);
          if (kinds.length === insightKinds.length) next.delete(parameter);
          else next.set(parameter, kinds.join(','));
          return next;
        },
        { replace: true },
      ),
    [setParams],
  );
  const asked = params.get(parameter)?.split(',');
  return [asked === undefined ? insightKinds : insightKinds.filter((kind) => asked.includes(kind)), set];
}

interface Props {
  readonly shown: readonly InsightKind[];
  readonly onChange: (kinds: readonly InsightKind[]) => void;
}

/** A button with the dialog that says which tables are shown. Changes apply at once. */
export function ManageMetrics({ shown, onChange }: Props) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <Button variant="link" isInline aria-haspopup="dialog" data-test="manage-metrics" onClick={() => setOpen(true)}>
        {t('overview.metrics')}
      </Button>
      {open && (
        <Modal isOpen variant="small" onClose={close} aria-labelledby="manage-metrics-title" data-test="manage-metrics-dialog">
          <ModalHeader title={t('overview.metrics')} labelId="manage-metrics-title" description={t('overview.metrics.text')} />
          <ModalBody>
            <Stack hasGutter>
              {insightKinds.map((kind) => (
                <StackItem key={kind}>
                  <Checkbox
                    id={`insight-${kind}`}
                    label={t(`overview.insight.${kind}`)}
                    isChecked={shown.includes(kind)}
                    onChange={(_, on) => onChange(insightKinds.filter((other) => (other === kind ? on : shown.includes(other))))}
                  />
                </StackItem>
              ))}
            </Stack>
          </ModalBody>
          <ModalFooter>
            <Button onClick={close}>{t('action.close')}</Button>
            <Button variant="link" className="weft-quiet" isAriaDisabled={shown.length === insightKinds.length} onClick={() => onChange(insightKinds)}>
              {t('list.columns.reset')}
            </Button>
          </ModalFooter>
        </Modal>
      )}
    </>
  );
}
