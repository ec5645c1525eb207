import { array, numeric, object, optionalObject, text, type JsonObject } from './decode';
import { getJson, postJson, queryString } from './http';

export interface ProxyCluster {
  readonly fqdn: string;
  readonly port: number | null;
  readonly subset: string;
  readonly direction: string;
  readonly type: string;
  /** `name.namespace`; empty without one. */
  readonly destinationRule: string;
}

export interface ProxyListener {
  readonly address: string;
  readonly port: number;
  readonly match: string;
  readonly destination: string;
}

export interface ProxyRoute {
  readonly name: string;
  readonly domains: string;
  readonly match: string;
  /** `name.namespace`; empty without one. */
  readonly virtualService: string;
}

function path(namespace: string, pod: string, resource: string): string {
  return `api/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/config_dump${resource === '' ? '' : `/${resource}`}`;
}

export function fetchProxyClusters(namespace: string, pod: string, signal: AbortSignal): Promise<readonly ProxyCluster[]> {
  return getJson(path(namespace, pod, 'clusters'), decodeProxyClusters, signal);
}

export function fetchProxyListeners(namespace: string, pod: string, signal: AbortSignal): Promise<readonly ProxyListener[]> {
  return getJson(path(namespace, pod, 'listeners'), decodeProxyListeners, signal);
}

export function fetchProxyRoutes(namespace: string, pod: string, signal: AbortSignal): Promise<readonly ProxyRoute[]> {
  return getJson(path(namespace, pod, 'routes'), decodeProxyRoutes, signal);
}

/** What the proxy was started with. */
export function fetchBootstrap(namespace: string, pod: string, signal: AbortSignal): Promise<JsonObject> {
  return getJson(path(namespace, pod, 'bootstrap'), (json) => object(object(json, 'answer').bootstrap, 'bootstrap'), signal);
}

/** All that the proxy holds, as its admin page tells it. */
export function fetchConfigDump(namespace: string, pod: string, signal: AbortSignal): Promise<JsonObject> {
  return getJson(path(namespace, pod, ''), (json) => object(object(json, 'answer').config_dump, 'config_dump'), signal);
}

export function decodeProxyClusters(json: unknown): readonly ProxyCluster[] {
  return array(object(json, 'answer').clusters, 'clusters').map((item) => {
    const cluster = object(item, 'cluster');
    const port = numeric(cluster.port);
    return {
      fqdn: hostOf(cluster.service_fqdn),
      port: port === 0 ? null : port,
      subset: text(cluster.subset),
      direction: text(cluster.direction),
      type: text(cluster.type),
      destinationRule: text(cluster.destination_rule),
    };
  });
}

export function decodeProxyListeners(json: unknown): readonly ProxyListener[] {
  return array(object(json, 'answer').listeners, 'listeners').map((item) => {
    const listener = object(item, 'listener');
    return { address: text(listener.address), port: numeric(listener.port) ?? 0, match: text(listener.match), destination: text(listener.destination) };
  });
}

export function decodeProxyRoutes(json: unknown): readonly ProxyRoute[] {
  return array(object(json, 'answer').routes, 'routes').map((item) => {
    const route = object(item, 'route');
    return { name: text(route.name), domains: hostOf(route.domains), match: text(route.match), virtualService: text(route.virtual_service) };
  });
}

/** Kiali's `{service, namespace, cluster, complete_input}`: what is empty is left out. */
function hostOf(json: unknown): string {
  const host = optionalObject(json);
  const service = text(host?.service);
  if (service === '*' || text(host?.namespace) === '') return service;
  return [service, text(host?.namespace), text(host?.cluster)].filter((part) => part !== '').join('.');
}

/** Sets how much the proxy of a pod logs, until it starts anew. */
export function setProxyLevel(namespace: string, pod: string, level: string): Promise<void> {
  return postJson(`api/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/logging${queryString({ level })}`, {}, () => undefined, undefined);
}
