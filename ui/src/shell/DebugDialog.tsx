import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { fetchStatus } from '../api/config';
import { t } from '../i18n';
import { copyText, saveText } from './clipboard';
import { notifications } from './notifications';

/** What a report of a fault should contain: versions, the address, the browser, what has failed, how long answers took. */
export function DebugDialog({ onClose }: { readonly onClose: () => void }) {
  const client = useQueryClient();
  const status = useQuery({ queryKey: ['status'], queryFn: ({ signal }) => fetchStatus(signal) });
  const [copied, setCopied] = useState(false);
  const report = JSON.stringify(
    {
      time: new Date().toISOString(),
      address: window.location.pathname + window.location.search,
      browser: navigator.userAgent,
      window: `${window.innerWidth}x${window.innerHeight}@${window.devicePixelRatio}`,
      server: status.data ?? status.error?.message ?? null,
      queries: client
        .getQueryCache()
        .getAll()
        .map((query) => ({ key: JSON.stringify(query.queryKey).slice(0, 160), status: query.state.status, error: query.state.error?.message ?? null, updated: query.state.dataUpdatedAt })),
      notifications: notifications.current().slice(0, 20),
      requests: performance
        .getEntriesByType('resource')
        .filter((entry) => entry.name.includes('/api/'))
        .slice(-40)
        .map((entry) => ({ url: entry.name.replace(window.location.origin, ''), milliseconds: Math.round(entry.duration) })),
    },
    null,
    2,
  );
  return (
    <Modal isOpen onClose={onClose} variant="large" aria-labelledby="debug-title" data-test="debug-dialog">
      <ModalHeader title={t('debug.title')} labelId="debug-title" description={t('debug.text')} />
      <ModalBody>
        <pre className="weft-mono weft-yaml" tabIndex={0} role="region" aria-label={t('debug.title')}>{report}</pre>
      </ModalBody>
      <ModalFooter>
        <Button onClick={() => void copyText(report).then(setCopied)}>{t(copied ? 'action.copied' : 'action.copy')}</Button>
        <Button variant="secondary" onClick={() => saveText('weft-console-debug.json', report, 'application/json')}>
          {t('action.download')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
