import type { TrafficGraph } from '../../api/graph';
import { t } from '../../i18n';
import type { GraphState } from '../graphState';
import { nodeGraphPath } from '../nodeGraphPath';
import type { GraphModel } from '../useGraphModel';
import type { PatchGraph } from '../useGraphState';
import { EdgeSummary } from './EdgeSummary';
import { GraphSummary } from './GraphSummary';
import { NodeSummary } from './NodeSummary';

interface Props {
  readonly state: GraphState;
  readonly model: GraphModel;
  readonly graph: TrafficGraph;
  readonly patch: PatchGraph;
  readonly onSelect: (id: string | null) => void;
  readonly onOpen: (id: string) => void;
}

/** The panel of what is selected: a node, a box, an edge, or else the whole graph. */
export function SelectionSummary({ state, model, graph, patch, onSelect, onOpen }: Props) {
  const { selectedNode: node, selectedEdge: edge } = model;
  const countsMessages = state.traffic.grpc !== undefined && state.traffic.grpc !== 'grpcRequest';
  if (node) {
    return (
      <NodeSummary
        graph={graph}
        node={node}
        rank={state.rank ? (model.ranks.get(node.id) ?? null) : null}
        countsMessages={countsMessages}
        at={state.replay?.at ?? null}
        trace={model.trace.data}
        onTrace={(traceId) => patch({ traceId })}
        onSelect={onSelect}
        onOpen={nodeGraphPath(node, state.graphType) === null ? null : () => onOpen(node.id)}
      />
    );
  }
  if (edge) {
    const kind = t(`graph.display.${state.responseTime ?? 'rt95'}`);
    return <EdgeSummary graph={graph} edge={edge} responseTimeKind={kind} countsMessages={countsMessages} at={state.replay?.at ?? null} trace={model.trace.data} onTrace={(traceId) => patch({ traceId })} onSelect={onSelect} />;
  }
  return <GraphSummary graph={graph} namespaces={model.selected ?? []} countsMessages={countsMessages} at={state.replay?.at ?? null} />;
}
