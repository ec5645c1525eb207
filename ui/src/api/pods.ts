import { array, object, optionalObject, string, stringMap, text } from './decode';

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly isReady: boolean;
  readonly isProxy: boolean;
}

/** Whether the configuration that the control plane holds has reached a proxy, per discovery service. */
export type ProxySync = Readonly<Record<'CDS' | 'EDS' | 'LDS' | 'RDS', string>>;

export interface Pod {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly createdBy: readonly { readonly kind: string; readonly name: string }[];
  readonly status: string;
  readonly statusReason: string;
  readonly containers: readonly Container[];
  readonly istioContainers: readonly Container[];
  readonly initContainers: readonly Container[];
  readonly serviceAccount: string;
  readonly proxyStatus: ProxySync | null;
  readonly hasAppLabel: boolean;
  readonly hasVersionLabel: boolean;
}

export function decodePod(json: unknown, namespace: string): Pod {
  const data = object(json, 'pod');
  const status = optionalObject(data.proxyStatus);
  return {
    name: string(data.name, 'pod.name'),
    namespace,
    labels: stringMap(data.labels),
    annotations: stringMap(data.annotations),
    createdAt: text(data.createdAt),
    createdBy: array(data.createdBy, 'createdBy').map((item) => ({ kind: text(optionalObject(item)?.kind), name: text(optionalObject(item)?.name) })),
    status: text(data.status),
    statusReason: [text(data.statusReason), text(data.statusMessage)].filter((item) => item !== '').join(': '),
    containers: containers(data.containers),
    istioContainers: containers(data.istioContainers),
    initContainers: containers(data.istioInitContainers),
    serviceAccount: text(data.serviceAccountName),
    proxyStatus: status && { CDS: text(status.CDS), EDS: text(status.EDS), LDS: text(status.LDS), RDS: text(status.RDS) },
    hasAppLabel: data.appLabel !== false,
    hasVersionLabel: data.versionLabel !== false,
  };
}

function containers(json: unknown): Container[] {
  return array(json, 'containers').map((item) => {
    const data = optionalObject(item) ?? {};
    return { name: text(data.name), image: text(data.image), isReady: data.isReady !== false, isProxy: data.isProxy === true };
  });
}
