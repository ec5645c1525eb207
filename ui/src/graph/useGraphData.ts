import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { refreshManual } from '../time/time';
import type { GraphRequest } from './graphRequest';
import { fetchFrame } from './replay/fetchFrame';

/**
 * The graph of a request, read anew at the refresh interval. While another request is under way the graph
 * before it stays, so that nothing flickers; a failed refresh keeps it too and shows as `error`.
 */
export function useGraphData(request: GraphRequest | null, refresh: number) {
  return useQuery({
    queryKey: ['graph', request?.path, request?.query],
    queryFn: ({ signal }) => fetchFrame(request ?? { path: '', query: {} }, signal),
    enabled: request !== null && refresh !== refreshManual,
    refetchInterval: refresh > refreshManual ? refresh : false,
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 60_000,
    structuralSharing: false,
  });
}
