import { healthOrder } from '../api/health';
import type { HealthStatus } from '../api/graph';
import { detailsPath, type EntityKind, type ListItem } from '../api/lists';
import { EntityBadges, isMissingSidecar } from '../entity/EntityBadges';
import { HealthIcon } from '../entity/HealthIcon';
import { KindBadge } from '../entity/KindBadge';
import { LabelChips } from '../entity/LabelChips';
import { ValidationIcon } from '../entity/ValidationIcon';
import { t } from '../i18n';
import { ContextLink } from '../shell/ContextLink';
import { clusterColumn, shapeOf, type Column, type ListDefinition } from './columns';
import { matchesLabel, type Filter } from './filters';

type Row = ListItem;

const hideParameters = { applications: 'apphide', workloads: 'wlhide', services: 'svchide' } as const;
const nameFilters = { applications: 'appname', workloads: 'workloadname', services: 'servicename' } as const;
const istioKinds = ['VirtualService', 'DestinationRule', 'Gateway', 'ServiceEntry', 'Sidecar', 'AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication', 'Telemetry', 'EnvoyFilter', 'WasmPlugin', 'HTTPRoute', 'GRPCRoute'];
const workloadTypes = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod', 'Job', 'CronJob', 'ReplicationController', 'DeploymentConfig', 'WorkloadGroup'];
const serviceTypes = ['Kubernetes', 'External', 'Federation'];

/** Columns and filters of the lists of applications, workloads and services. */
export function entityList(kind: EntityKind, controlPlanes: ReadonlySet<string>, manyClusters: boolean): ListDefinition<Row> {
  const columns = entityColumns(kind, controlPlanes, manyClusters);
  const filters = entityFilters(kind, controlPlanes);
  return {
    id: kind,
    title: t(`nav.${kind}`),
    columns,
    filters,
    shape: shapeOf(columns, filters, hideParameters[kind], 'name'),
    rowKey: (row) => `${row.name} ${row.namespace} ${row.cluster} ${row.type}`,
    emptyTitle: t(`list.${kind}.empty`),
    emptyText: t(`list.${kind}.empty.text`),
  };
}

function entityColumns(kind: EntityKind, controlPlanes: ReadonlySet<string>, manyClusters: boolean): Column<Row>[] {
  const byText = (of: (row: Row) => string) => (a: Row, b: Row) => of(a).localeCompare(of(b));
  return [
    {
      id: 'health',
      title: t('list.health'),
      width: 10,
      render: (row) => <HealthIcon health={row.health} name={row.name} />,
      // The worst first, and among equals the one with more errors.
      compare: (a, b) => rankOf(b) - rankOf(a) || (b.health?.errorRatio ?? 0) - (a.health?.errorRatio ?? 0),
    },
    {
      id: 'name',
      title: t('list.name'),
      isFixed: true,
      width: 20,
      render: (row) => (
        <span className="weft-badges">
          <KindBadge kind={kind} />
          <ContextLink to={detailsPath(kind, row.namespace, row.name)}>{row.name}</ContextLink>
        </span>
      ),
      compare: byText((row) => row.name),
    },
    {
      id: 'namespace',
      title: t('list.namespace'),
      width: 15,
      render: (row) => (
        <span className="weft-badges">
          <KindBadge kind="namespaces" />
          <ContextLink to={`/namespaces/${encodeURIComponent(row.namespace)}`}>{row.namespace}</ContextLink>
        </span>
      ),
      compare: byText((row) => row.namespace),
    },
    ...(manyClusters ? [clusterColumn<Row>()] : []),
    ...(kind === 'workloads' ? [{ id: 'type', title: t('list.type'), width: 10 as const, render: (row: Row) => row.type, compare: byText((row) => row.type) }] : []),
    { id: 'labels', title: t('list.labels'), width: 25, render: (row) => <LabelChips labels={row.labels} />, compare: byText((row) => JSON.stringify(row.labels)) },
    ...(kind === 'services'
      ? [{ id: 'configuration', title: t('list.configuration'), width: 10 as const, render: (row: Row) => <ValidationIcon validation={row.validation} name={row.name} />, compare: (a: Row, b: Row) => checks(b) - checks(a) }]
      : []),
    {
      id: 'details',
      title: t('list.details'),
      render: (row) => <EntityBadges item={row} isControlPlane={controlPlanes.has(row.namespace)} />,
      compare: (a, b) => Number(isMissingSidecar(b, controlPlanes.has(b.namespace))) - Number(isMissingSidecar(a, controlPlanes.has(a.namespace))) || b.references.length - a.references.length,
    },
  ];
}

function entityFilters(kind: EntityKind, controlPlanes: ReadonlySet<string>): Filter<Row>[] {
  const choices = (values: readonly string[]) => values.map((value) => ({ value, text: value }));
  const labelPresent = (id: string, title: string, of: (row: Row) => boolean | null): Filter<Row> => ({
    id,
    title,
    kind: 'choice',
    choices: [
      { value: 'Present', text: t('list.present') },
      { value: 'Not Present', text: t('list.notPresent') },
    ],
    matches: (row, value) => (of(row) === true) === (value === 'Present'),
  });
  return [
    { id: nameFilters[kind], title: t(`list.${kind}.name`), kind: 'text', matches: (row, value) => row.name.toLowerCase().includes(value.toLowerCase()) },
    ...(kind === 'workloads' ? [{ id: 'workloadtype', title: t('list.workloadType'), kind: 'choice' as const, choices: choices(workloadTypes), matches: (row: Row, value: string) => row.type === value }] : []),
    ...(kind === 'services' ? [{ id: 'servicetype', title: t('list.serviceType'), kind: 'choice' as const, choices: choices(serviceTypes), matches: (row: Row, value: string) => row.type === value }] : []),
    {
      id: 'istiosidecar',
      title: t('list.sidecar'),
      kind: 'choice',
      choices: [
        { value: 'Present', text: t('list.present') },
        { value: 'Not Present', text: t('list.notPresent') },
      ],
      matches: (row, value) => (value === 'Present' ? row.hasSidecar : !row.hasSidecar && isMissingSidecar(row, controlPlanes.has(row.namespace))),
    },
    {
      id: 'health',
      title: t('list.health'),
      kind: 'choice',
      choices: (['Failure', 'Degraded', 'Not Ready', 'Healthy', 'NA'] as const satisfies readonly HealthStatus[]).map((value) => ({ value, text: t(`panel.health.${value}`) })),
      matches: (row, value) => (row.health?.status ?? 'NA') === value,
    },
    { id: 'istiotype', title: t('list.istioType'), kind: 'choice', choices: choices(istioKinds), matches: (row, value) => row.references.some((reference) => reference.kind === value) },
    ...(kind === 'workloads' ? [labelPresent('applabel', t('list.appLabel'), (row) => row.hasAppLabel), labelPresent('versionlabel', t('list.versionLabel'), (row) => row.hasVersionLabel)] : []),
    { id: 'label', title: t('list.label'), kind: 'label', matches: (row, value) => matchesLabel(row.labels, value) },
  ];
}

function rankOf(row: Row): number {
  return healthOrder[row.health?.status ?? 'NA'];
}

function checks(row: Row): number {
  return row.validation?.checks.length ?? 0;
}
