import { useQuery } from '@tanstack/react-query';
import { fetchTrace } from '../../api/traces';

/** The trace that is laid over the graph. Traces do not change: it is asked once. */
export function useGraphTrace(traceId: string | null) {
  return useQuery({ queryKey: ['trace', traceId], queryFn: ({ signal }) => fetchTrace(traceId ?? '', signal), enabled: traceId !== null, staleTime: 300_000 });
}
