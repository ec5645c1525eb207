import { fetchGraph, graphTypes, type TrafficGraph } from '../../api/graph';
import { ApiError } from '../../api/http';
import type { GraphRequest } from '../graphRequest';

/** How the server (and Kiali) refuses a graph of a time at which one of its namespaces was not there yet. */
const beforeItsTime = /^Namespace \[.*\] did not exist at requested queryTime/;

/** The graph of a request. Of a moment before its namespaces it is empty, so that a replay may begin earlier than what it shows. */
export async function fetchFrame({ path, query }: GraphRequest, signal: AbortSignal | undefined): Promise<TrafficGraph> {
  try {
    return await fetchGraph(path, query, signal);
  } catch (error) {
    const { queryTime, graphType } = query;
    if (typeof queryTime !== 'number' || !(error instanceof ApiError) || error.status !== 400 || !beforeItsTime.test(error.message)) throw error;
    return { timestamp: queryTime, duration: 0, graphType: graphTypes.find((type) => type === graphType) ?? 'workload', nodes: [], edges: [] };
  }
}
