import type { NamespaceHealth } from '../api/clusterHealth';
import type { ValidationSummary } from '../api/istio';
import type { Namespace } from '../api/namespaces';
import type { TlsStatus } from '../api/tls';

export type NamespaceMode = 'ambient' | 'sidecar' | 'none';

/** A namespace with all that the console knows about it; what could not be read is absent. */
export interface NamespaceRow extends Namespace {
  readonly mode: NamespaceMode;
  readonly health: NamespaceHealth | undefined;
  readonly tls: TlsStatus | undefined;
  readonly config: ValidationSummary | undefined;
}

/** How pods of a namespace come into the mesh, by its labels. */
export function namespaceMode(namespace: Pick<Namespace, 'labels' | 'isAmbient'>): NamespaceMode {
  if (namespace.isAmbient || namespace.labels['istio.io/dataplane-mode'] === 'ambient') return 'ambient';
  const injection = namespace.labels['istio-injection'];
  if (injection === 'disabled') return 'none';
  return injection === 'enabled' || namespace.labels['istio.io/rev'] !== undefined ? 'sidecar' : 'none';
}

export function namespaceRows(
  namespaces: readonly Namespace[],
  health: readonly NamespaceHealth[] | undefined,
  tls: readonly TlsStatus[] | undefined,
  config: readonly ValidationSummary[] | undefined,
): readonly NamespaceRow[] {
  const by = <T extends { readonly namespace: string }>(items: readonly T[] | undefined) => new Map((items ?? []).map((item) => [item.namespace, item]));
  const [healths, locks, configs] = [by(health), by(tls), by(config)];
  return namespaces.map((namespace) => ({
    ...namespace,
    mode: namespaceMode(namespace),
    health: healths.get(namespace.name),
    tls: locks.get(namespace.name),
    config: configs.get(namespace.name),
  }));
}
