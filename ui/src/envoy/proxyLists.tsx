import type { ProxyCluster, ProxyListener, ProxyRoute } from '../api/proxy';
import { t } from '../i18n';
import type { ListDefinition } from '../lists/columns';
import { list, search, text } from './listParts';
import { DestinationLink, HostLink, ObjectLink } from './proxyLinks';

export const clusterList: ListDefinition<ProxyCluster> = list(
  'proxyClusters',
  t('envoy.clusters'),
  [
    text('fqdn', t('envoy.fqdn'), (row) => row.fqdn, { isFixed: true, width: 35, render: (row) => <HostLink host={row.fqdn} /> }),
    text('port', t('envoy.port'), (row) => (row.port === null ? '' : String(row.port)), { width: 10 }),
    text('subset', t('envoy.subset'), (row) => row.subset, { width: 10 }),
    text('direction', t('envoy.direction'), (row) => row.direction, { width: 10 }),
    text('type', t('list.type'), (row) => row.type, { width: 15 }),
    text('destinationRule', t('envoy.destinationRule'), (row) => row.destinationRule, { render: (row) => <ObjectLink value={row.destinationRule} kind="DestinationRule" /> }),
  ],
  [
    search('fqdn', t('envoy.fqdn'), (row) => row.fqdn),
    search('port', t('envoy.port'), (row) => String(row.port ?? '')),
    search('subset', t('envoy.subset'), (row) => row.subset),
    { id: 'clusterDirection', title: t('envoy.direction'), kind: 'choice', choices: ['inbound', 'outbound'].map((value) => ({ value, text: value })), matches: (row, value) => row.direction === value },
    search('clusterType', t('list.type'), (row) => row.type),
  ],
  (row) => `${row.fqdn} ${row.port} ${row.subset} ${row.direction}`,
);

export const listenerList: ListDefinition<ProxyListener> = list(
  'proxyListeners',
  t('envoy.listeners'),
  [
    text('address', t('envoy.address'), (row) => row.address, { isFixed: true, width: 15 }),
    text('port', t('envoy.port'), (row) => String(row.port), { width: 10, compare: (a, b) => a.port - b.port }),
    text('match', t('envoy.match'), (row) => row.match, { width: 35 }),
    text('destination', t('envoy.destination'), (row) => row.destination, { width: 35, render: (row) => <DestinationLink destination={row.destination} /> }),
  ],
  [
    search('address', t('envoy.address'), (row) => row.address),
    search('port', t('envoy.port'), (row) => String(row.port)),
    search('match', t('envoy.match'), (row) => row.match),
    search('destination', t('envoy.destination'), (row) => row.destination),
  ],
  (row) => `${row.address} ${row.port} ${row.match} ${row.destination}`,
);

export const routeList: ListDefinition<ProxyRoute> = list(
  'proxyRoutes',
  t('envoy.routes'),
  [
    text('routeName', t('list.name'), (row) => row.name, { isFixed: true, width: 20 }),
    text('domains', t('envoy.domains'), (row) => row.domains, { width: 30, render: (row) => <HostLink host={row.domains} /> }),
    text('match', t('envoy.match'), (row) => row.match, { width: 25 }),
    text('virtualService', t('envoy.virtualService'), (row) => row.virtualService, { render: (row) => <ObjectLink value={row.virtualService} kind="VirtualService" /> }),
  ],
  [
    search('routeName', t('list.name'), (row) => row.name),
    search('domains', t('envoy.domains'), (row) => row.domains),
    search('match', t('envoy.match'), (row) => row.match),
    search('virtualService', t('envoy.virtualService'), (row) => row.virtualService),
  ],
  (row) => `${row.name} ${row.domains} ${row.match}`,
);
