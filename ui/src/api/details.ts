import { array, numeric, object, optionalObject, string, stringMap, strings, text, type JsonObject } from './decode';
import { decodeWaypointLinks, type WaypointLink } from './ambient';
import { decodeDetails, type AdditionalDetail } from './additionalDetails';
import { decodeHealth, type Health } from './health';
import { getJson, queryString } from './http';
import { decodeRawObjects, type IstioObjectItem } from './istio';
import { decodePod, type Pod } from './pods';
import { decodeKind, validationOf, type Validation } from './references';
import { decodeTls, type TlsStatus } from './tls';

/** A custom dashboard that fits the runtime of a workload. */
export interface DashboardReference {
  readonly template: string;
  readonly title: string;
}

export interface WorkloadReference {
  readonly name: string;
  readonly namespace: string;
  readonly type: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly hasSidecar: boolean;
  readonly isAmbient: boolean;
  readonly isGateway: boolean;
  readonly serviceAccounts: readonly string[];
}

export interface ApplicationDetails {
  readonly kind: 'applications';
  readonly name: string;
  readonly namespace: string;
  readonly cluster: string;
  readonly health: Health | null;
  readonly isAmbient: boolean;
  readonly workloads: readonly WorkloadReference[];
  readonly services: readonly string[];
  readonly dashboards: readonly DashboardReference[];
}

export interface WorkloadDetails {
  readonly kind: 'workloads';
  readonly name: string;
  readonly namespace: string;
  readonly cluster: string;
  readonly type: string;
  readonly apiVersion: string;
  readonly health: Health | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly templateAnnotations: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly resourceVersion: string;
  readonly hasSidecar: boolean;
  readonly isAmbient: boolean;
  readonly isGateway: boolean;
  readonly isWaypoint: boolean;
  readonly isZtunnel: boolean;
  /** Of a waypoint the workloads that are called through it, of another workload the waypoints that it is called through. */
  readonly waypointWorkloads: readonly WaypointLink[];
  /** Of a waypoint the services that are called through it. */
  readonly waypointServices: readonly WaypointLink[];
  readonly hasAppLabel: boolean;
  readonly hasVersionLabel: boolean;
  readonly replicas: { readonly desired: number; readonly current: number; readonly available: number };
  readonly serviceAccounts: readonly string[];
  readonly pods: readonly Pod[];
  readonly services: readonly string[];
  readonly workloadEntries: readonly string[];
  readonly dashboards: readonly DashboardReference[];
  readonly validation: Validation | null;
  readonly additional: readonly AdditionalDetail[];
}

export interface ServicePort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly targetPort: string;
  readonly appProtocol: string;
}

export interface Endpoint {
  readonly kind: string;
  readonly name: string;
  readonly ip: string;
}

export interface ServiceDetails {
  readonly kind: 'services';
  readonly name: string;
  readonly namespace: string;
  readonly cluster: string;
  readonly type: string;
  readonly ips: readonly string[];
  readonly externalName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly selector: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly resourceVersion: string;
  readonly ports: readonly ServicePort[];
  readonly endpoints: readonly Endpoint[];
  readonly health: Health | null;
  readonly hasSidecar: boolean;
  readonly isAmbient: boolean;
  readonly tls: TlsStatus | null;
  readonly objects: readonly IstioObjectItem[];
  readonly workloads: readonly WorkloadReference[];
  readonly validation: Validation | null;
  readonly additional: readonly AdditionalDetail[];
}

const part = encodeURIComponent;

export function fetchApplication(namespace: string, name: string, duration: number, signal: AbortSignal): Promise<ApplicationDetails> {
  const query = queryString({ health: true, rateInterval: `${duration}s` });
  return getJson(`api/namespaces/${part(namespace)}/apps/${part(name)}${query}`, decodeApplication, signal);
}

export function fetchWorkload(namespace: string, name: string, duration: number, signal: AbortSignal): Promise<WorkloadDetails> {
  const query = queryString({ health: true, validate: true, rateInterval: `${duration}s` });
  return getJson(`api/namespaces/${part(namespace)}/workloads/${part(name)}${query}`, decodeWorkload, signal);
}

export function fetchService(namespace: string, name: string, duration: number, signal: AbortSignal): Promise<ServiceDetails> {
  const query = queryString({ validate: true, rateInterval: `${duration}s` });
  return getJson(`api/namespaces/${part(namespace)}/services/${part(name)}${query}`, decodeService, signal);
}

export function decodeApplication(json: unknown): ApplicationDetails {
  const data = object(json, 'application');
  return {
    kind: 'applications',
    name: string(data.name, 'application.name'),
    namespace: text(optionalObject(data.namespace)?.name),
    cluster: text(data.cluster),
    health: decodeHealth(data.health),
    isAmbient: data.isAmbient === true,
    workloads: array(data.workloads, 'workloads').map(workloadReference),
    services: strings(data.serviceNames),
    dashboards: dashboards(data.runtimes),
  };
}

export function decodeWorkload(json: unknown): WorkloadDetails {
  const data = object(json, 'workload');
  const [name, namespace] = [string(data.name, 'workload.name'), text(data.namespace)];
  const gvk = decodeKind(data.gvk);
  return {
    kind: 'workloads',
    name,
    namespace,
    cluster: text(data.cluster),
    type: gvk.kind,
    apiVersion: [gvk.group, gvk.version].filter((item) => item !== '').join('/'),
    health: decodeHealth(data.health),
    labels: stringMap(data.labels),
    annotations: stringMap(data.annotations),
    templateAnnotations: stringMap(data.templateAnnotations),
    createdAt: text(data.createdAt),
    resourceVersion: text(data.resourceVersion),
    hasSidecar: data.istioSidecar === true,
    isAmbient: data.isAmbient === true,
    isGateway: data.isGateway === true,
    isWaypoint: data.isWaypoint === true,
    isZtunnel: data.isZtunnel === true,
    waypointWorkloads: decodeWaypointLinks(data.waypointWorkloads),
    waypointServices: decodeWaypointLinks(data.waypointServices),
    hasAppLabel: data.appLabel !== false,
    hasVersionLabel: data.versionLabel !== false,
    replicas: { desired: numeric(data.desiredReplicas) ?? 0, current: numeric(data.currentReplicas) ?? 0, available: numeric(data.availableReplicas) ?? 0 },
    serviceAccounts: strings(data.serviceAccountNames),
    pods: array(data.pods, 'pods').map((item) => decodePod(item, namespace)),
    services: array(data.services, 'services').map((item) => text(optionalObject(item)?.name)),
    workloadEntries: array(data.workloadEntries, 'workloadEntries').map((item) => text(optionalObject(optionalObject(item)?.metadata)?.name)),
    dashboards: dashboards(data.runtimes),
    validation: validationOf(data.validations, 'workload', name, namespace),
    additional: decodeDetails(data.additionalDetails),
  };
}

const serviceObjects = ['virtualServices', 'destinationRules', 'serviceEntries', 'k8sHTTPRoutes', 'k8sGRPCRoutes', 'k8sReferenceGrants', 'k8sInferencePools'] as const;

export function decodeService(json: unknown): ServiceDetails {
  const data = object(json, 'service details');
  const service = object(data.service, 'service');
  const [name, namespace] = [string(service.name, 'service.name'), text(service.namespace)];
  const tls = optionalObject(data.namespaceMTLS);
  const ips = strings(service.ips);
  return {
    kind: 'services',
    name,
    namespace,
    cluster: text(service.cluster),
    type: text(service.type),
    ips: ips.length > 0 ? ips : [text(service.ip)].filter((ip) => ip !== ''),
    externalName: text(service.externalName),
    labels: stringMap(service.labels),
    annotations: stringMap(service.annotations),
    selector: stringMap(service.selectors),
    createdAt: text(service.createdAt),
    resourceVersion: text(service.resourceVersion),
    ports: array(service.ports, 'ports').map(servicePort),
    endpoints: array(data.endpoints, 'endpoints').flatMap((item) => array(optionalObject(item)?.addresses, 'addresses').map(endpoint)),
    health: decodeHealth(data.health),
    hasSidecar: data.istioSidecar === true,
    isAmbient: data.isAmbient === true,
    tls: tls && decodeTls(tls),
    objects: serviceObjects.flatMap((member) => decodeRawObjects(data[member], data.validations)),
    workloads: array(data.workloads, 'workloads').map(workloadReference),
    validation: validationOf(data.validations, 'service', name, namespace),
    additional: decodeDetails(service.additionalDetails),
  };
}

/** Workloads come in two shapes: short in applications (`workloadName`), as in lists in services (`name`). */
function workloadReference(item: unknown): WorkloadReference {
  const data: JsonObject = optionalObject(item) ?? {};
  return {
    name: text(data.workloadName) || text(data.name),
    namespace: text(data.namespace),
    type: decodeKind(data.gvk).kind,
    labels: stringMap(data.labels),
    hasSidecar: data.istioSidecar === true,
    isAmbient: data.isAmbient === true,
    isGateway: data.isGateway === true,
    serviceAccounts: strings(data.serviceAccountNames),
  };
}

function servicePort(item: unknown): ServicePort {
  const data = optionalObject(item) ?? {};
  const target = data.targetPort;
  return {
    name: text(data.name),
    port: numeric(data.port) ?? 0,
    protocol: text(data.protocol),
    targetPort: typeof target === 'string' || typeof target === 'number' ? String(target) : '',
    appProtocol: text(data.appProtocol),
  };
}

function endpoint(item: unknown): Endpoint {
  const data = optionalObject(item) ?? {};
  return { kind: text(data.kind), name: text(data.name), ip: text(data.ip) };
}

function dashboards(json: unknown): DashboardReference[] {
  return array(json, 'runtimes').flatMap((runtime) =>
    array(optionalObject(runtime)?.dashboardRefs, 'dashboardRefs').map((item) => ({
      template: text(optionalObject(item)?.template),
      title: text(optionalObject(item)?.title),
    })),
  );
}
