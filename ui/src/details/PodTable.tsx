import { Label, Tooltip } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { Pod } from '../api/pods';
import { KindBadge } from '../entity/KindBadge';
import { t } from '../i18n';
import { ago } from '../time/time';

/** What a pod should have by what its workload is: the sidecar that it lacks, the labels that Istio's telemetry is told by. */
interface Expected {
  readonly sidecar: boolean;
  readonly labels: boolean;
}

/** The pods of a workload: their state, their containers, and whether their proxies are in sync. */
export function PodTable({ pods, expects }: { readonly pods: readonly Pod[]; readonly expects: Expected }) {
  if (pods.length === 0) return <p className="weft-subtle">{t('details.pods.none')}</p>;
  return (
    <Table variant="compact" borders={false} aria-label={t('details.pods')}>
      <Thead>
        <Tr>
          <Th>{t('list.name')}</Th>
          <Th>{t('details.status')}</Th>
          <Th>{t('details.containers')}</Th>
          <Th>{t('details.sync')}</Th>
          <Th>{t('list.created')}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {pods.map((pod) => (
          <Tr key={pod.name}>
            <Td modifier="breakWord">
              <span className="weft-badges">
                <KindBadge kind="pods" />
                {pod.name}
              </span>
            </Td>
            <Td>
              <PodStatus pod={pod} expects={expects} />
            </Td>
            <Td>{[...pod.containers, ...pod.istioContainers].map(({ name }) => name).join(', ')}</Td>
            <Td>{pod.proxyStatus === null ? <span className="weft-subtle">–</span> : <SyncStatus pod={pod} />}</Td>
            <Td>{pod.createdAt === '' ? '–' : <time dateTime={pod.createdAt} title={new Date(pod.createdAt).toLocaleString()}>{ago(Date.parse(pod.createdAt), Date.now())}</time>}</Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

function PodStatus({ pod, expects }: { readonly pod: Pod; readonly expects: Expected }) {
  const problems = podProblems(pod, expects);
  const label = (
    <Label isCompact variant="outline" status={problems.length === 0 ? 'success' : pod.status === 'Failed' ? 'danger' : 'warning'} {...(problems.length > 0 && { tabIndex: 0 })}>
      {pod.status || t('details.unknown')}
    </Label>
  );
  return problems.length === 0 ? label : <Tooltip content={problems.join('. ')}>{label}</Tooltip>;
}

/** What keeps a pod from being fine. */
export function podProblems(pod: Pod, expects: Expected = { sidecar: false, labels: false }): string[] {
  const failing = [...pod.containers, ...pod.istioContainers].filter((container) => !container.isReady).map(({ name }) => name);
  return [
    pod.status !== 'Running' && pod.status !== 'Succeeded' && t('details.pod.notRunning', { status: pod.status, reason: pod.statusReason }),
    failing.length > 0 && t('details.pod.notReady', { containers: failing.join(', ') }),
    expects.sidecar && pod.istioContainers.length === 0 && t('details.pod.noSidecar'),
    expects.labels && !pod.hasAppLabel && t('details.pod.noLabel', { label: 'app' }),
    expects.labels && !pod.hasVersionLabel && t('details.pod.noLabel', { label: 'version' }),
  ].filter((problem) => typeof problem === 'string');
}

function SyncStatus({ pod }: { readonly pod: Pod }) {
  const entries = Object.entries(pod.proxyStatus ?? {});
  const behind = entries.filter(([, status]) => status !== '' && !/^(synced|ignored)$/i.test(status));
  return (
    <Tooltip content={entries.map(([service, status]) => `${service}: ${status || '–'}`).join(' · ')}>
      <Label isCompact variant="outline" status={behind.length === 0 ? 'success' : 'warning'} tabIndex={0}>
        {behind.length === 0 ? t('details.sync.synced') : behind.map(([service, status]) => `${service} ${status}`).join(', ')}
      </Label>
    </Tooltip>
  );
}
