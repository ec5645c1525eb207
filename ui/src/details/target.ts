import type { GraphType } from '../api/graph';
import type { EntityKind } from '../api/lists';
import type { GraphTarget } from '../graph/graphState';

/** The thing whose details a page shows. */
export interface Entity {
  readonly kind: EntityKind;
  readonly namespace: string;
  readonly name: string;
}

const part = encodeURIComponent;

/** The segment that the API uses for a kind: applications are `apps` there. */
export function apiPath({ kind, namespace, name }: Entity): string {
  return `api/namespaces/${part(namespace)}/${kind === 'applications' ? 'apps' : kind}/${part(name)}`;
}

export function graphTarget({ kind, namespace, name }: Entity): GraphTarget {
  if (kind === 'applications') return { kind: 'application', namespace, name, version: null };
  return { kind: kind === 'services' ? 'service' : 'workload', namespace, name };
}

export function entityGraphType(kind: EntityKind): GraphType {
  return kind === 'workloads' ? 'workload' : 'versionedApp';
}

export function graphPath({ kind, namespace, name }: Entity): string {
  return `/graph/node/namespaces/${part(namespace)}/${kind}/${part(name)}${kind === 'workloads' ? '?graphType=workload' : ''}`;
}
