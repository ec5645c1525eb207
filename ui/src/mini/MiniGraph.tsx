import { Card, CardBody, CardHeader, CardTitle, Skeleton } from '@patternfly/react-core';
import { lazy, Suspense, useMemo, useState } from 'react';
import type { GraphNode, GraphType } from '../api/graph';
import { detailsPath } from '../api/lists';
import { buildScene } from '../graph/scene';
import { graphRequest } from '../graph/graphRequest';
import { defaultGraphState, type GraphState, type GraphTarget } from '../graph/graphState';
import { nodeTitle } from '../graph/traffic';
import { useGraphData } from '../graph/useGraphData';
import { t } from '../i18n';
import { ContextLink, useGo } from '../shell/ContextLink';
import { EmptyMessage, ErrorMessage } from '../shell/PageMessage';
import { useConfig } from '../shell/useConfig';
import { useTime } from '../time/useTime';
import './mini.css';

const GraphCanvas = lazy(() => import('../graph/canvas/GraphCanvas'));
const nothing: ReadonlySet<string> = new Set();

interface Props {
  readonly target: GraphTarget;
  /** For a whole namespace: its name. */
  readonly namespace: string;
  readonly graphType: GraphType;
  /** The address of the same graph on the graph page. */
  readonly fullPath: string;
}

/** The neighbourhood of a thing, drawn as on the graph page; a click leads to the neighbour. */
export function MiniGraph({ target, namespace, graphType, fullPath }: Props) {
  const [{ duration, refresh }] = useTime();
  const config = useConfig();
  const go = useGo();
  const [failure, setFailure] = useState<Error | null>(null);
  const state = useMemo((): GraphState => ({ ...defaultGraphState, graphType, duration, refresh, badgeSecurity: true, responseTime: 'rt95', boxCluster: false }), [graphType, duration, refresh]);
  const request = useMemo(() => graphRequest(target, state, [namespace], false, config?.ambientEnabled ?? false), [target, state, namespace, config?.ambientEnabled]);
  const query = useGraphData(request, refresh);
  const homeCluster = config?.homeCluster ?? '';
  const scene = useMemo(() => query.data && buildScene(query.data, { ...state, homeCluster, boxed: true }, nothing), [query.data, state, homeCluster]);
  const open = (id: string | null) => {
    const node = query.data?.nodes.find((item) => item.id === id);
    const path = node ? nodeDetailsPath(node) : null;
    if (path !== null) go(path);
  };
  return (
    <Card className="weft-mini" isCompact>
      <CardHeader actions={{ actions: <ContextLink to={fullPath} data-test="mini-graph-full">{t('mini.full')}</ContextLink>, hasNoOffset: true }}>
        <CardTitle component="h2">{t('mini.title')}</CardTitle>
      </CardHeader>
      <CardBody className="weft-mini__stage">
        {query.isError && scene === undefined && <ErrorMessage title={t('graph.error')} error={query.error} onRetry={() => void query.refetch()} />}
        {scene === undefined && !query.isError && <Skeleton height="100%" screenreaderText={t('graph.loading')} />}
        {scene !== undefined && scene.nodes.length === 0 && <EmptyMessage title={t('graph.empty')}>{t('mini.empty')}</EmptyMessage>}
        {scene !== undefined && scene.nodes.length > 0 && (
          <Suspense fallback={<Skeleton height="100%" screenreaderText={t('graph.loading')} />}>
            <GraphCanvas
              controls={null}
              scene={scene}
              layout="kiali-elk"
              layoutKey={request.path + namespace}
              selection={null}
              animated
              select={open}
              open={open}
              menu={() => undefined}
              busy={() => undefined}
              failed={setFailure}
            />
          </Suspense>
        )}
        {failure !== null && <p role="alert">{t('graph.error.layout', { error: failure.message })}</p>}
      </CardBody>
      {query.data && (
        <ul className="pf-v6-screen-reader">
          {query.data.nodes.map((node) => (
            <li key={node.id}>{nodeTitle(node)}</li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** Where the details of a node of the graph stand; `null` for what has none. */
export function nodeDetailsPath(node: GraphNode): string | null {
  if (node.isInaccessible || node.namespace === 'unknown' || node.namespace === '') return node.isServiceEntry ? servicePath(node) : null;
  switch (node.type) {
    case 'box':
      return node.box === 'app' ? detailsPath('applications', node.namespace, node.app) : node.box === 'namespace' ? `/namespaces/${encodeURIComponent(node.namespace)}` : null;
    case 'app':
      return node.workload !== '' && node.workload !== 'unknown' ? detailsPath('workloads', node.namespace, node.workload) : detailsPath('applications', node.namespace, node.app);
    case 'service':
      return servicePath(node);
    case 'workload':
      return detailsPath('workloads', node.namespace, node.workload);
    default:
      return null;
  }
}

/** A service entry is found by its host, not by the name of its object. */
function servicePath(node: GraphNode): string {
  const host = node.isServiceEntry ? node.hosts.serviceEntry[0] : undefined;
  return detailsPath('services', node.namespace, host ?? node.service);
}
