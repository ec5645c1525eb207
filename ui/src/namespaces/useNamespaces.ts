import { useQuery } from '@tanstack/react-query';
import { fetchNamespaces, type Namespace } from '../api/namespaces';

/** The namespaces the server knows; asked again from time to time, because new ones appear, and often until there is one to show. */
export function useNamespaces() {
  return useQuery({
    queryKey: ['namespaces'],
    queryFn: ({ signal }) => fetchNamespaces(signal),
    refetchInterval: (query) => (applicationNamespaces(query.state.data ?? []).length > 0 ? 30_000 : 3_000),
  });
}

/** Those where applications live: neither the control plane's nor Kubernetes' own. */
export function applicationNamespaces(namespaces: readonly Namespace[]): string[] {
  return namespaces
    .filter(({ name, isControlPlane }) => !isControlPlane && name !== 'istio-system' && !name.startsWith('kube-'))
    .map(({ name }) => name);
}
