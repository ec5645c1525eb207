import type { ZtunnelService, ZtunnelWorkload } from '../api/ambient';
import { detailsPath } from '../api/lists';
import { list, search, text } from '../envoy/listParts';
import { t } from '../i18n';
import type { ListDefinition } from '../lists/columns';
import { ContextLink } from '../shell/ContextLink';

/** The services that a ztunnel knows. */
export const ztunnelServices: ListDefinition<ZtunnelService> = list(
  'ztunnelServices',
  t('nav.services'),
  [
    text('namespace', t('list.namespace'), (row) => row.namespace, { width: 20 }),
    text('service', t('list.name'), (row) => row.name, { isFixed: true, width: 25, render: (row) => <ContextLink to={detailsPath('services', row.namespace, row.name)}>{row.name}</ContextLink> }),
    text('vip', t('ambient.addresses'), (row) => row.addresses.join(', '), { width: 20 }),
    text('waypoint', t('entity.waypoint'), (row) => row.waypoint, { width: 20 }),
    text('endpoints', t('ambient.endpoints'), (row) => `${row.healthy}/${row.endpoints}`),
  ],
  [search('namespace', t('list.namespace'), (row) => row.namespace), search('service', t('list.name'), (row) => row.name), search('waypoint', t('entity.waypoint'), (row) => row.waypoint)],
  (row) => `${row.namespace} ${row.name} ${row.addresses.join()}`,
);

/** The pods that a ztunnel knows. */
export const ztunnelWorkloads: ListDefinition<ZtunnelWorkload> = list(
  'ztunnelWorkloads',
  t('nav.workloads'),
  [
    text('namespace', t('list.namespace'), (row) => row.namespace, { width: 20 }),
    text('pod', t('ambient.pod'), (row) => row.name, { isFixed: true, width: 25 }),
    text('address', t('ambient.addresses'), (row) => row.addresses.join(', '), { width: 15 }),
    text('node', t('ambient.node'), (row) => row.node, { width: 15 }),
    text('waypoint', t('entity.waypoint'), (row) => row.waypoint, { width: 15 }),
    text('protocol', t('details.protocol'), (row) => row.protocol),
  ],
  [
    search('namespace', t('list.namespace'), (row) => row.namespace),
    search('pod', t('ambient.pod'), (row) => row.name),
    search('node', t('ambient.node'), (row) => row.node),
    { id: 'protocol', title: t('details.protocol'), kind: 'choice', choices: ['HBONE', 'TCP'].map((value) => ({ value, text: value })), matches: (row, value) => row.protocol === value },
  ],
  (row) => `${row.namespace} ${row.name} ${row.addresses.join()}`,
);
