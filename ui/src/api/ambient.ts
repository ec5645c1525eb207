import { array, object, optionalObject, strings, text, type JsonObject } from './decode';
import { getJson } from './http';

/** A workload or service that is called through a waypoint, or the waypoint itself. */
export interface WaypointLink {
  readonly namespace: string;
  readonly name: string;
  /** Where the label stands that joins them: `workload`, `service` or `namespace`. */
  readonly labelType: string;
}

export function decodeWaypointLinks(json: unknown): readonly WaypointLink[] {
  return array(json, 'waypoints').map((item) => {
    const data = optionalObject(item);
    return { namespace: text(data?.namespace), name: text(data?.name), labelType: text(data?.labelType) };
  });
}

/** A service as a ztunnel knows it. */
export interface ZtunnelService {
  readonly namespace: string;
  readonly name: string;
  readonly addresses: readonly string[];
  /** Empty without one. */
  readonly waypoint: string;
  readonly endpoints: number;
  readonly healthy: number;
}

/** A pod as a ztunnel knows it. */
export interface ZtunnelWorkload {
  readonly namespace: string;
  readonly name: string;
  readonly addresses: readonly string[];
  readonly node: string;
  readonly waypoint: string;
  /** `HBONE` or `TCP`. */
  readonly protocol: string;
}

export interface ZtunnelConfig {
  readonly services: readonly ZtunnelService[];
  readonly workloads: readonly ZtunnelWorkload[];
}

export function fetchZtunnelConfig(namespace: string, pod: string, signal: AbortSignal): Promise<ZtunnelConfig> {
  return getJson(`api/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/config_dump_ztunnel`, decodeZtunnelConfig, signal);
}

/** The dump of ztunnel's admin page: its versions give lists or maps by key. */
export function decodeZtunnelConfig(json: unknown): ZtunnelConfig {
  const data = object(json, 'ztunnel');
  return {
    services: members(data.services).map((service) => {
      const endpoints = members(service.endpoints);
      return {
        namespace: text(service.namespace),
        name: text(service.name),
        addresses: strings(service.vips).map(withoutNetwork),
        waypoint: waypointOf(service.waypoint),
        endpoints: endpoints.length,
        healthy: endpoints.filter(({ status }) => !/unhealthy/i.test(text(status))).length,
      };
    }),
    workloads: members(data.workloads).map((workload) => ({
      namespace: text(workload.namespace),
      name: text(workload.name),
      addresses: strings(workload.workloadIps).map(withoutNetwork),
      node: text(workload.node),
      waypoint: waypointOf(workload.waypoint),
      protocol: text(workload.protocol),
    })),
  };
}

function members(json: unknown): readonly JsonObject[] {
  const items = Array.isArray(json) ? json : Object.values(optionalObject(json) ?? {});
  return items.map(optionalObject).filter((item) => item !== null);
}

/** `network/10.0.0.1` as `10.0.0.1`. */
function withoutNetwork(address: string): string {
  return address.slice(address.indexOf('/') + 1);
}

/** A waypoint is named by its host, or by network and address. */
function waypointOf(json: unknown): string {
  const destination = optionalObject(json)?.destination;
  if (typeof destination === 'string') return withoutNetwork(destination);
  return text(optionalObject(destination)?.hostname) || text(optionalObject(destination)?.address);
}
