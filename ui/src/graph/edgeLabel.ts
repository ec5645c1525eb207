import type { GraphEdge, GraphNode } from '../api/graph';
import { byteRate, decimal, duration, messageRate, percent, requestRate } from './format';
import type { GraphState } from './graphState';
import { edgeErrorPercent, edgeRate } from './traffic';

export type EdgeLabelOptions = Pick<GraphState, 'responseTime' | 'throughput' | 'trafficDistribution' | 'trafficRate' | 'traffic'>;

/** The label of an edge: its parts in the order of the menu, the share of errors on a line of its own. */
export function edgeLabel(edge: GraphEdge, target: GraphNode | undefined, options: EdgeLabelOptions): string {
  const rate = edgeRate(edge);
  if (rate === 0) return '';
  const parts: string[] = [];
  if (options.responseTime !== null && edge.responseTime !== null && target?.type !== 'aggregate') parts.push(duration(edge.responseTime));
  if (options.throughput !== null && edge.throughput !== null) parts.push(byteRate(edge.throughput));
  const share = edge.rates[`${edge.protocol}PercentReq`];
  if (options.trafficDistribution && edge.protocol !== 'tcp' && share !== undefined && share < 100) parts.push(percent(share));
  if (options.trafficRate) parts.push(trafficRate(edge, rate, options));
  const label = parts.join(' | ');
  const errors = edgeErrorPercent(edge);
  return options.trafficRate && errors > 0 ? `${label}\n${percent(errors)}err` : label;
}

function trafficRate(edge: GraphEdge, rate: number, options: EdgeLabelOptions): string {
  switch (edge.protocol) {
    case 'tcp':
      return byteRate(rate);
    case 'grpc':
      return options.traffic.grpc === 'grpcRequest' ? requestRate(rate) : messageRate(rate);
    case 'http':
      return requestRate(rate);
    case 'other':
      return decimal(rate);
  }
}

/** Whether the circuit breaker of the edge's target has acted: response flags `UO` (overflow) or `UH` (no healthy upstream). */
export function circuitBreakerActed(edge: GraphEdge, target: GraphNode | undefined): boolean {
  return target?.hasCircuitBreaker === true && edge.responses.some((response) => response.flags.some(([flag]) => /\b(UO|UH)\b/.test(flag)));
}
