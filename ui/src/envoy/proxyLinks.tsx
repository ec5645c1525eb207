import { Link, useLocation } from 'react-router';
import { detailsPath } from '../api/lists';
import { objectPath } from '../api/references';
import { usePageNamespaces } from '../namespaces/usePageNamespaces';
import { ContextLink } from '../shell/ContextLink';

/** `name.namespace`, as Kiali names the object that a resource comes from. */
export function ObjectLink({ value, kind }: { readonly value: string; readonly kind: 'DestinationRule' | 'VirtualService' }) {
  const at = value.indexOf('.');
  if (at < 0) return <>{value || '–'}</>;
  const [name, namespace] = [value.slice(0, at), value.slice(at + 1)];
  return <ContextLink to={objectPath({ group: 'networking.istio.io', version: 'v1', kind, name, namespace })}>{value}</ContextLink>;
}

/** A host with a link to the Service that it names, where its namespace is one of the mesh. */
export function HostLink({ host }: { readonly host: string }) {
  const { all } = usePageNamespaces();
  const service = serviceOf(host);
  if (service === null || !all.some(({ name }) => name === service.namespace)) return <>{host || '–'}</>;
  return <ContextLink to={detailsPath('services', service.namespace, service.name)}>{host}</ContextLink>;
}

/** Where a listener leads: to a table of routes or to a cluster, in the tab that has it. */
export function DestinationLink({ destination }: { readonly destination: string }) {
  const { search } = useLocation();
  const filters = destinationFilters(destination);
  if (filters === null) return <>{destination || '–'}</>;
  const params = new URLSearchParams(search);
  for (const name of ['sort', 'direction', ...tableFilters]) params.delete(name);
  for (const [name, value] of Object.entries(filters)) params.set(name, value);
  return <Link to={`?${params.toString()}`}>{destination}</Link>;
}

/** Filters of the tables of clusters, listeners and routes. */
const tableFilters = ['fqdn', 'port', 'subset', 'clusterDirection', 'clusterType', 'address', 'match', 'destination', 'routeName', 'domains', 'virtualService'];

/** `Route: 9080`, or `Cluster: outbound|9080|v1|reviews.bookinfo.svc.cluster.local`, as Kiali writes them. */
export function destinationFilters(destination: string): Readonly<Record<string, string>> | null {
  const route = /^Route: (.+)$/.exec(destination)?.[1];
  if (route !== undefined) return { envoyTab: 'routes', routeName: route };
  const cluster = /^Cluster: (inbound|outbound)\|(\d+)\|([^|]*)\|(.*)$/.exec(destination);
  if (cluster === null) return null;
  const [, direction = '', port = '', subset = '', fqdn = ''] = cluster;
  return { envoyTab: 'clusters', clusterDirection: direction, port, ...(subset !== '' && { subset }), ...(fqdn !== '' && { fqdn }) };
}

/** `reviews.bookinfo` or `reviews.bookinfo.svc.cluster.local`; `null` for what names no Service. */
export function serviceOf(host: string): { readonly name: string; readonly namespace: string } | null {
  const [, name, namespace] = /^([a-z0-9-]+)\.([a-z0-9-]+)(?:\.svc\.[a-z0-9.-]+)?$/.exec(host) ?? [];
  return name === undefined || namespace === undefined ? null : { name, namespace };
}
