import { useQuery } from '@tanstack/react-query';
import { fetchConfig, type ConsoleConfig } from '../api/config';

/** The configuration of the server; asked again until there is one. */
export function useConfig(): ConsoleConfig | null {
  const query = useQuery({
    queryKey: ['config'],
    queryFn: ({ signal }) => fetchConfig(signal),
    staleTime: 300_000,
    refetchInterval: (current) => (current.state.data ? false : 5_000),
  });
  return query.data ?? null;
}

/** Whether this console shows more than one cluster. */
export function useManyClusters(): boolean {
  return (useConfig()?.clusters.length ?? 1) > 1;
}
