import { object, optionalObject, strings } from './decode';
import type { HealthStatus } from './graph';
import { healthStatus } from './health';
import { getJson, queryString } from './http';

export type HealthType = 'app' | 'service' | 'workload';

/** The names of a namespace's members by their health. */
export interface NamespaceHealth {
  readonly namespace: string;
  readonly worst: HealthStatus;
  readonly members: Readonly<Record<HealthStatus, readonly string[]>>;
}

export function fetchNamespaceHealth(type: HealthType, namespaces: readonly string[], duration: number, signal: AbortSignal): Promise<readonly NamespaceHealth[]> {
  return getJson(`api/clusters/health${queryString({ namespaces, type, rateInterval: `${duration}s` })}`, (json) => decodeNamespaceHealth(json, type), signal);
}

const members = { app: 'statusApp', service: 'statusService', workload: 'statusWorkload' } as const;

export function decodeNamespaceHealth(json: unknown, type: HealthType): readonly NamespaceHealth[] {
  const namespaces = optionalObject(object(json, 'health').namespaceHealth) ?? {};
  return Object.entries(namespaces).map(([namespace, value]) => {
    const data = optionalObject(value);
    const status = optionalObject(data?.[members[type]]);
    return {
      namespace,
      worst: healthStatus(data?.worstStatus),
      members: {
        Failure: strings(status?.inError),
        Degraded: strings(status?.inWarning),
        'Not Ready': strings(status?.inNotReady),
        Healthy: strings(status?.inSuccess),
        NA: strings(status?.notAvailable),
      },
    };
  });
}
