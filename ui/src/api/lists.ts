import { array, object, optionalObject, string, stringMap, text, type JsonObject } from './decode';
import { decodeDetails, type AdditionalDetail } from './additionalDetails';
import { decodeHealth, type Health } from './health';
import { getJson, queryString } from './http';
import { decodeKind, decodeReferences, validationOf, type ObjectReference, type Validation } from './references';

export type EntityKind = 'applications' | 'workloads' | 'services';

/** A row of the lists of applications, workloads and services. What a kind does not have is empty or `null`. */
export interface ListItem {
  readonly kind: EntityKind;
  readonly name: string;
  readonly namespace: string;
  readonly cluster: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly health: Health | null;
  readonly references: readonly ObjectReference[];
  readonly validation: Validation | null;
  readonly hasSidecar: boolean;
  readonly isAmbient: boolean;
  readonly isGateway: boolean;
  readonly isWaypoint: boolean;
  /** Workloads: the kind of the controller (`Deployment`, ...). Services: the registry (`Kubernetes`, `External`). */
  readonly type: string;
  /** Whether the app label stands on the pods; `null` where the question does not arise. */
  readonly hasAppLabel: boolean | null;
  readonly hasVersionLabel: boolean | null;
  /** Documentation that its annotations name; `null`: none. */
  readonly detail: AdditionalDetail | null;
}

const sources = {
  applications: { path: 'api/clusters/apps', member: 'applications', kind: 'app' },
  workloads: { path: 'api/clusters/workloads', member: 'workloads', kind: 'workload' },
  services: { path: 'api/clusters/services', member: 'services', kind: 'service' },
} as const;

/** `duration`: seconds over which health looks at requests. */
export function fetchList(kind: EntityKind, namespaces: readonly string[], duration: number, signal: AbortSignal): Promise<readonly ListItem[]> {
  // Without `onlyDefinitions` a service says nothing of its sidecars.
  const query = { namespaces, health: true, istioResources: true, rateInterval: `${duration}s`, ...(kind !== 'applications' && { validate: true }), ...(kind === 'services' && { onlyDefinitions: false }) };
  return getJson(sources[kind].path + queryString(query), (json) => decodeList(kind, json), signal);
}

export function decodeList(kind: EntityKind, json: unknown): readonly ListItem[] {
  const source = sources[kind];
  const data = object(json, source.member);
  return array(data[source.member], source.member).map((item, i) => {
    const row = object(item, `${source.member}[${i}]`);
    const [name, namespace] = [string(row.name, `${source.member}[${i}].name`), text(row.namespace)];
    return {
      ...common(row, kind, name, namespace),
      type: kind === 'workloads' ? decodeKind(row.gvk).kind : kind === 'services' ? text(row.serviceRegistry) : '',
      hasAppLabel: kind === 'applications' ? null : row.appLabel !== false,
      hasVersionLabel: kind === 'workloads' ? row.versionLabel !== false : null,
      validation: validationOf(data.validations, source.kind, name, namespace),
    };
  });
}

function common(row: JsonObject, kind: EntityKind, name: string, namespace: string) {
  return {
    kind,
    name,
    namespace,
    cluster: text(row.cluster),
    labels: labels(row.labels),
    health: decodeHealth(row.health),
    references: decodeReferences(row.istioReferences),
    detail: decodeDetails([row.additionalDetailSample])[0] ?? null,
    hasSidecar: row.istioSidecar === true,
    isAmbient: row.isAmbient === true,
    isGateway: row.isGateway === true,
    isWaypoint: row.isWaypoint === true,
  };
}

function labels(json: unknown): Readonly<Record<string, string>> {
  return optionalObject(json) === null ? {} : stringMap(json);
}

/** The console path of a details page. */
export function detailsPath(kind: EntityKind, namespace: string, name: string): string {
  return `/namespaces/${encodeURIComponent(namespace)}/${kind}/${encodeURIComponent(name)}`;
}
