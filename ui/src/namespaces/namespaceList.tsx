import { Icon, Label } from '@patternfly/react-core';
import { MinusIcon } from '@patternfly/react-icons/dist/esm/icons/minus-icon';
import { healthOrder } from '../api/health';
import type { HealthStatus } from '../api/graph';
import { tlsMode } from '../api/tls';
import { KindBadge } from '../entity/KindBadge';
import { LabelChips } from '../entity/LabelChips';
import { ValidationGlyph } from '../entity/ValidationIcon';
import { t } from '../i18n';
import { clusterColumn, shapeOf, type Column, type ListDefinition } from '../lists/columns';
import { matchesLabel, type Filter } from '../lists/filters';
import { ContextLink } from '../shell/ContextLink';
import { HealthCounts } from './HealthCounts';
import { MtlsIcon } from './MtlsIcon';
import type { NamespaceRow } from './namespaceRows';

const columnsOf = (manyClusters: boolean): readonly Column<NamespaceRow>[] => [
  {
    id: 'namespace',
    title: t('list.namespace'),
    isFixed: true,
    render: (row) => (
      <span className="weft-badges">
        <KindBadge kind="namespaces" />
        <ContextLink to={`/namespaces/${encodeURIComponent(row.name)}`}>{row.name}</ContextLink>
      </span>
    ),
    compare: (a, b) => a.name.localeCompare(b.name),
  },
  {
    id: 'type',
    title: t('list.type'),
    render: (row) => (row.isControlPlane ? <Label isCompact color="blue">{t('namespaces.type.controlPlane')}</Label> : t('namespaces.type.dataPlane')),
    compare: (a, b) => Number(b.isControlPlane) - Number(a.isControlPlane),
  },
  { id: 'mode', title: t('namespaces.mode'), render: (row) => t(`namespaces.mode.${row.mode}`), compare: (a, b) => a.mode.localeCompare(b.mode) },
  { id: 'revision', title: t('namespaces.revision'), render: (row) => row.revision || '–', compare: (a, b) => a.revision.localeCompare(b.revision) },
  ...(manyClusters ? [clusterColumn<NamespaceRow>()] : []),
  {
    id: 'health',
    title: t('list.health'),
    render: (row) => <HealthCounts health={row.health} namespace={row.name} kind="applications" />,
    compare: (a, b) => healthOrder[worst(b)] - healthOrder[worst(a)] || failures(b) - failures(a),
  },
  { id: 'mtls', title: t('namespaces.mtls'), render: (row) => <MtlsIcon tls={row.tls} scope="namespace" withText />, compare: (a, b) => mode(a).localeCompare(mode(b)) },
  {
    id: 'config',
    title: t('nav.istio'),
    render: (row) => <ConfigCounts row={row} />,
    compare: (a, b) => (b.config?.errors ?? 0) - (a.config?.errors ?? 0) || (b.config?.warnings ?? 0) - (a.config?.warnings ?? 0),
  },
  { id: 'labels', title: t('list.labels'), width: 20, render: (row) => <LabelChips labels={telling(row.labels)} most={2} />, compare: (a, b) => JSON.stringify(a.labels).localeCompare(JSON.stringify(b.labels)) },
];

/** Without the label that every namespace has, which repeats its name. */
function telling({ 'kubernetes.io/metadata.name': _, ...labels }: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return labels;
}

const choice = (value: string, text: string) => ({ value, text });

const filters: readonly Filter<NamespaceRow>[] = [
  { id: 'nsname', title: t('list.namespace'), kind: 'text', matches: (row, value) => row.name.includes(value.toLowerCase()) },
  {
    id: 'health',
    title: t('list.health'),
    kind: 'choice',
    choices: (['Failure', 'Degraded', 'Not Ready', 'Healthy', 'NA'] as const satisfies readonly HealthStatus[]).map((value) => choice(value, t(`panel.health.${value}`))),
    matches: (row, value) => worst(row) === value,
  },
  {
    id: 'type',
    title: t('list.type'),
    kind: 'choice',
    choices: [choice('Data plane', t('namespaces.type.dataPlane')), choice('Control plane', t('namespaces.type.controlPlane'))],
    matches: (row, value) => row.isControlPlane === (value === 'Control plane'),
  },
  {
    id: 'mode',
    title: t('namespaces.mode'),
    kind: 'choice',
    choices: (['ambient', 'sidecar', 'none'] as const).map((value) => choice(value, t(`namespaces.mode.${value}`))),
    matches: (row, value) => row.mode === value,
  },
  {
    id: 'mtls',
    title: t('namespaces.mtls'),
    kind: 'choice',
    choices: (['strict', 'partial', 'permissive', 'disabled', 'unset'] as const).map((value) => choice(value, t(`mtls.${value}`))),
    matches: (row, value) => mode(row) === value,
  },
  { id: 'nslabel', title: t('list.label'), kind: 'label', matches: (row, value) => matchesLabel(row.labels, value) },
];

/** The list of namespaces, with their clusters where there are several. */
export function namespaceList(manyClusters: boolean): ListDefinition<NamespaceRow> {
  const columns = columnsOf(manyClusters);
  return {
    id: 'namespaces',
    title: t('nav.namespaces'),
    columns,
    filters,
    shape: shapeOf(columns, filters, 'nshide', 'namespace'),
    rowKey: (row) => `${row.name} ${row.cluster}`,
    emptyTitle: t('list.namespaces.empty'),
    emptyText: t('list.namespaces.empty.text'),
  };
}

function ConfigCounts({ row }: { readonly row: NamespaceRow }) {
  const { config } = row;
  if (config === undefined || config.objectCount === 0) {
    return (
      <span className="weft-badges weft-subtle">
        <Icon isInline>
          <MinusIcon />
        </Icon>
        {t('namespaces.noConfig')}
      </span>
    );
  }
  const status = config.errors > 0 ? 'error' : config.warnings > 0 ? 'warning' : 'valid';
  const text = config.errors > 0 ? t('namespaces.errors', { count: config.errors }) : config.warnings > 0 ? t('namespaces.warnings', { count: config.warnings }) : t('namespaces.objects', { count: config.objectCount });
  return (
    <ContextLink to={`/istio?namespaces=${encodeURIComponent(row.name)}`} className="weft-badges">
      <ValidationGlyph status={status} /> {text}
    </ContextLink>
  );
}

function worst(row: NamespaceRow): HealthStatus {
  return row.health?.worst ?? 'NA';
}

function failures(row: NamespaceRow): number {
  return row.health?.members.Failure.length ?? 0;
}

function mode(row: NamespaceRow) {
  return row.tls === undefined ? 'unset' : tlsMode(row.tls.status);
}

