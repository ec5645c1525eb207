import { useImperativeHandle, useLayoutEffect, useRef, useState, type Ref } from 'react';
import type { GraphEdge, GraphNode, TrafficGraph } from '../api/graph';
import { t } from '../i18n';
import { duration, percent, requestRate, byteRate, messageRate } from './format';
import { nodeFeatures } from './nodeFeatures';
import { edgeErrorPercent, edgeRate, nodeTitle } from './traffic';

/** Told by the canvas what the mouse is over; a state of the page would draw all of it anew. */
export interface HoverTarget {
  readonly show: (id: string | null, x: number, y: number) => void;
}

interface Props {
  readonly graph: TrafficGraph;
  /** gRPC rates count messages rather than requests. */
  readonly countsMessages: boolean;
  readonly target: Ref<HoverTarget>;
}

const gap = 14;

/** A small card beside the mouse: the name of what it is over, and what its badges say. For the mouse only: the panel says the same of what is selected. */
export function HoverTip({ graph, countsMessages, target }: Props) {
  const [over, setOver] = useState<{ readonly id: string; readonly x: number; readonly y: number } | null>(null);
  const card = useRef<HTMLDivElement>(null);
  useImperativeHandle(target, () => ({ show: (id, x, y) => setOver(id === null ? null : { id, x, y }) }), []);
  // Beside the mouse, on the side where there is room.
  useLayoutEffect(() => {
    const stage = card.current?.parentElement;
    if (!card.current || !stage || over === null) return;
    const { offsetWidth: width, offsetHeight: height } = card.current;
    const beside = (at: number, size: number, room: number) => (at + gap + size > room ? Math.max(0, at - gap - size) : at + gap);
    Object.assign(card.current.style, { insetInlineStart: `${beside(over.x, width, stage.clientWidth)}px`, insetBlockStart: `${beside(over.y, height, stage.clientHeight)}px` });
  }, [over]);
  if (over === null) return null;
  const node = graph.nodes.find(({ id }) => id === over.id);
  const edge = graph.edges.find(({ id }) => id === over.id);
  const [title, lines] = node ? [nodeTitle(node), nodeLines(node)] : edge ? [edgeTitle(edge, graph), edgeLines(edge, countsMessages)] : [null, []];
  if (title === null || (node?.box !== null && node !== undefined)) return null;
  return (
    <div ref={card} className="weft-tip" aria-hidden="true" data-test="graph-tip">
      <strong>{title}</strong>
      {lines.map((line) => (
        <div key={line}>{line}</div>
      ))}
    </div>
  );
}

function nodeLines(node: GraphNode): readonly string[] {
  const health = node.health && node.health.status !== 'NA' ? [t(`panel.health.${node.health.status}`)] : [];
  return [...health, ...(node.isIdle ? [t('graph.legend.idle')] : []), ...nodeFeatures(node)];
}

function edgeTitle(edge: GraphEdge, graph: TrafficGraph): string {
  const name = (id: string) => {
    const node = graph.nodes.find((each) => each.id === id);
    return node ? nodeTitle(node) : id;
  };
  return `${name(edge.source)} → ${name(edge.target)}`;
}

function edgeLines(edge: GraphEdge, countsMessages: boolean): readonly string[] {
  const rate = edgeRate(edge);
  if (rate === 0) return [t('panel.noTraffic')];
  const errors = edgeErrorPercent(edge);
  const rateText = edge.protocol === 'tcp' ? byteRate(rate) : edge.protocol === 'grpc' && countsMessages ? messageRate(rate) : requestRate(rate);
  return [
    `${edge.protocol} ${rateText}`,
    ...(errors > 0 ? [t('graph.tip.errors', { percent: percent(errors) })] : []),
    ...(edge.responseTime !== null ? [`${t('panel.responseTime')} ${duration(edge.responseTime)}`] : []),
    ...(edge.mtls !== null && edge.mtls > 0 ? [t('graph.legend.mtls')] : []),
  ];
}
