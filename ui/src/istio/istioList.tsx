import type { IstioObjectItem } from '../api/istio';
import { objectPath, validationStatus } from '../api/references';
import { KindBadge } from '../entity/KindBadge';
import { LabelChips } from '../entity/LabelChips';
import { ValidationIcon } from '../entity/ValidationIcon';
import { t } from '../i18n';
import { clusterColumn, shapeOf, type Column, type ListDefinition } from '../lists/columns';
import { matchesLabel, type Filter } from '../lists/filters';
import { ContextLink } from '../shell/ContextLink';
import { ago } from '../time/time';

type Row = IstioObjectItem;

const severities = { error: 0, warning: 1, valid: 2, none: 3 } as const;
const kinds = [
  'AuthorizationPolicy', 'DestinationRule', 'EnvoyFilter', 'Gateway', 'GRPCRoute', 'HTTPRoute', 'InferencePool', 'PeerAuthentication', 'ReferenceGrant', 'RequestAuthentication', 'ServiceEntry',
  'Sidecar', 'TCPRoute', 'Telemetry', 'TLSRoute', 'TrafficExtension', 'UDPRoute', 'VirtualService', 'WasmPlugin', 'WorkloadEntry', 'WorkloadGroup',
];

/** Gateway stands in two APIs: that of Kubernetes is named so. */
export function kindTitle(row: Pick<Row, 'group' | 'kind'>): string {
  return row.group === 'gateway.networking.k8s.io' && row.kind === 'Gateway' ? 'Gateway (K8s)' : row.kind;
}

const columnsOf = (manyClusters: boolean): readonly Column<Row>[] => [
  {
    id: 'name',
    title: t('list.name'),
    isFixed: true,
    width: 25,
    render: (row) => (
      <span className="weft-badges">
        <KindBadge kind={row.kind} />
        <ContextLink to={objectPath(row)}>{row.name}</ContextLink>
      </span>
    ),
    compare: (a, b) => a.name.localeCompare(b.name),
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
    compare: (a, b) => a.namespace.localeCompare(b.namespace),
  },
  ...(manyClusters ? [clusterColumn<Row>()] : []),
  { id: 'type', title: t('list.type'), width: 20, render: kindTitle, compare: (a, b) => kindTitle(a).localeCompare(kindTitle(b)) },
  {
    id: 'configuration',
    title: t('list.configuration'),
    width: 15,
    render: (row) => <ValidationIcon validation={row.validation} name={row.name} withText />,
    compare: (a, b) => severities[validationStatus(a.validation)] - severities[validationStatus(b.validation)] || (b.validation?.checks.length ?? 0) - (a.validation?.checks.length ?? 0),
  },
  { id: 'labels', title: t('list.labels'), width: 15, render: (row) => <LabelChips labels={row.labels} most={2} /> },
  {
    id: 'age',
    title: t('list.created'),
    render: (row) => (row.createdAt === '' ? '–' : <time className="weft-nowrap" dateTime={row.createdAt} title={new Date(row.createdAt).toLocaleString()}>{ago(Date.parse(row.createdAt), Date.now())}</time>),
    compare: (a, b) => b.createdAt.localeCompare(a.createdAt),
  },
];

const filters: readonly Filter<Row>[] = [
  { id: 'istioname', title: t('list.istio.name'), kind: 'text', matches: (row, value) => row.name.toLowerCase().includes(value.toLowerCase()) },
  { id: 'istiotype', title: t('list.type'), kind: 'choice', choices: kinds.map((value) => ({ value, text: value })), matches: (row, value) => row.kind === value },
  {
    id: 'configvalidation',
    title: t('list.configuration'),
    kind: 'choice',
    choices: (['valid', 'warning', 'error', 'none'] as const).map((value) => ({ value, text: t(`validation.${value}`) })),
    matches: (row, value) => validationStatus(row.validation) === value,
  },
  { id: 'label', title: t('list.label'), kind: 'label', matches: (row, value) => matchesLabel(row.labels, value) },
];

/** The list of objects, with their clusters where there are several. */
export function istioList(manyClusters: boolean): ListDefinition<Row> {
  const columns = columnsOf(manyClusters);
  return {
    id: 'istio',
    title: t('nav.istio'),
    columns,
    filters,
    shape: shapeOf(columns, filters, 'istiohide', 'name'),
    rowKey: (row) => `${row.name} ${row.namespace} ${row.group} ${row.kind} ${row.cluster}`,
    emptyTitle: t('list.istio.empty'),
    emptyText: t('list.istio.empty.text'),
  };
}
