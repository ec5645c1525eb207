import { useQuery } from '@tanstack/react-query';
import { fetchConfig, fetchDisabledFeatures, type ConsoleConfig, type DisabledFeatures } from '../api/config';

/** How the configuration is asked for, for all that need it. */
export const configQuery = { queryKey: ['config'], queryFn: ({ signal }: { readonly signal: AbortSignal }) => fetchConfig(signal), staleTime: 300_000 } as const;

/** The configuration of the server; asked again until there is one. */
export function useConfig(): ConsoleConfig | null {
  const query = useQuery({
    ...configQuery,
    refetchInterval: (current) => (current.state.data ? false : 5_000),
  });
  return query.data ?? null;
}

/** Whether this console shows more than one cluster. */
export function useManyClusters(): boolean {
  return (useConfig()?.clusters.length ?? 1) > 1;
}

/** What the metrics store has no metrics for; `null` while that is not known. */
export function useDisabledFeatures(): DisabledFeatures | null {
  const query = useQuery({ queryKey: ['config', 'disabled'], queryFn: ({ signal }) => fetchDisabledFeatures(signal), staleTime: 300_000, meta: { quiet: true } });
  return query.data ?? null;
}
