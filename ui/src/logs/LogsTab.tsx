import { Alert } from '@patternfly/react-core';
import { useMemo, useRef, useState } from 'react';
import type { WorkloadDetails } from '../api/details';
import type { Pod } from '../api/pods';
import { fetchLog } from '../api/logs';
import { fetchSpans } from '../api/traces';
import { t } from '../i18n';
import { Lines } from '../shell/Lines';
import { EmptyMessage, Loaded } from '../shell/PageMessage';
import { PartialNote } from '../shell/PartialNote';
import { shortDuration } from '../time/time';
import { usePageQuery } from '../time/usePageQuery';
import { useTime } from '../time/useTime';
import { LineDialog } from './LineDialog';
import { interleave, logMatcher, type LogLine, type LogPart } from './logLines';
import { LogsToolbar } from './LogsToolbar';
import { LogView } from './LogView';
import { useLogsState } from './logsState';
import './logs.css';

/** Logs of more pods at once would be more than a browser shows. */
const mostPods = 10;

interface JoinedLogs {
  readonly parts: readonly LogPart[];
  readonly failures: readonly (readonly [string, Error])[];
  readonly isTruncated: boolean;
}

/** The logs of the containers of a pod, or of all pods, joined by time. */
export function LogsTab({ details }: { readonly details: WorkloadDetails }) {
  const [time] = useTime();
  const [state, patch] = useLogsState();
  const [opened, setOpened] = useState<LogLine | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const { pods, namespace } = details;
  const chosen = useMemo(() => choosePods(pods, state.pod), [pods, state.pod]);
  const containers = useMemo(() => containersOf(chosen), [chosen]);
  const names = chosen.map(({ name }) => name).join();
  const query = usePageQuery(['logs', namespace, names, time.duration, time.range, state.maxLines], (signal) => loadLogs(chosen, (source) => fetchLog(source, time, state.maxLines, signal)), {
    enabled: chosen.length > 0,
    subject: 3,
  });
  const path = `api/namespaces/${encodeURIComponent(namespace)}/workloads/${encodeURIComponent(details.name)}`;
  const spans = usePageQuery(['logs', 'spans', path, time.duration, time.range, state.spanLimit], (signal) => fetchSpans(path, time, state.spanLimit, signal), { enabled: state.spans });
  const matcher = useMemo(() => logMatcher(state), [state.show, state.hide, state.isRegex]);
  const all = useMemo(() => interleave(query.data?.parts ?? [], state.spans ? (spans.data ?? []) : []), [query.data, spans.data, state.spans]);
  const lines = useMemo(() => all.filter((line) => !state.off.includes(line.container) && matcher.matches(line)), [all, state.off, matcher]);

  if (pods.length === 0) return <EmptyMessage title={t('logs.noPods')}>{t('details.pods.none')}</EmptyMessage>;
  return (
    <div ref={frame} className="weft-logs">
      <LogsToolbar pods={pods} containers={state.spans ? [...containers, 'spans'] : containers} state={state} patch={patch} error={matcher.error} lines={lines} total={all.length} frame={frame} />
      <PartialNote failures={[...(query.data?.failures ?? []), [t('metrics.spans'), state.spans ? spans.error : null]]} />
      {query.data?.isTruncated === true && <Alert component="h2" variant="info" isInline isPlain title={t('logs.truncated', { count: state.maxLines })} />}
      <Loaded query={query} failure={t('logs.failed')} skeleton={<Lines count={14} />}>
        {() =>
          lines.length === 0 ? (
            <EmptyMessage
              title={t('logs.none')}
              actions={all.length === 0 ? [] : [[t('logs.clear'), () => patch({ show: '', hide: '', off: [] })]]}
            >
              {all.length === 0 ? t('logs.none.text', { duration: shortDuration(time.duration) }) : t('logs.none.filtered', { count: all.length })}
            </EmptyMessage>
          ) : (
            <LogView lines={lines} containers={containers} timestamps={state.timestamps} wrap={state.wrap} showPod={chosen.length > 1} onOpen={setOpened} />
          )
        }
      </Loaded>
      {opened && <LineDialog line={opened} onClose={() => setOpened(null)} />}
    </div>
  );
}

function choosePods(pods: readonly Pod[], wanted: string | null): readonly Pod[] {
  if (wanted === '*') return pods.slice(0, mostPods);
  const pod = pods.find(({ name }) => name === wanted) ?? pods[0];
  return pod === undefined ? [] : [pod];
}

/** Applications first, then the proxy. */
function containersOf(pods: readonly Pod[]): readonly string[] {
  return [...new Set([...pods.flatMap((pod) => pod.containers), ...pods.flatMap((pod) => pod.istioContainers)].map(({ name }) => name))];
}

/** All containers at once; one that cannot be read does not hide the others. */
async function loadLogs(pods: readonly Pod[], load: (source: Parameters<typeof fetchLog>[0]) => ReturnType<typeof fetchLog>): Promise<JoinedLogs> {
  const sources = pods.flatMap((pod) => [...pod.containers, ...pod.istioContainers].map((container) => ({ namespace: pod.namespace, pod: pod.name, container: container.name, isProxy: container.isProxy || container.name === 'istio-proxy' })));
  const results = await Promise.allSettled(sources.map(load));
  const parts: LogPart[] = [];
  const failures: (readonly [string, Error])[] = [];
  let isTruncated = false;
  for (const [i, result] of results.entries()) {
    const { pod, container } = sources[i] as (typeof sources)[0];
    if (result.status === 'fulfilled') {
      parts.push({ pod, container, entries: result.value.entries });
      isTruncated ||= result.value.isTruncated;
    } else failures.push([container, result.reason instanceof Error ? result.reason : new Error(String(result.reason))]);
  }
  const [first] = failures;
  if (parts.length === 0 && first !== undefined) throw first[1];
  return { parts, failures, isTruncated };
}
