import { Card, CardBody, CardHeader, CardTitle, Label } from '@patternfly/react-core';
import type { MetricMap } from '../api/metrics';
import type { ApplicationRate } from '../api/overview';
import { ValidationGlyph } from '../entity/ValidationIcon';
import { decimal, percent } from '../graph/format';
import { t } from '../i18n';
import { HealthCounts } from '../namespaces/HealthCounts';
import { MtlsIcon } from '../namespaces/MtlsIcon';
import type { NamespaceRow } from '../namespaces/namespaceRows';
import { ContextLink } from '../shell/ContextLink';
import { Sparkline } from './Sparkline';

interface Props {
  readonly row: NamespaceRow;
  /** `null`: not known yet. */
  readonly rates: readonly ApplicationRate[] | null;
  readonly metrics: MetricMap | undefined;
}

/** A namespace at a glance: health, traffic, mTLS, configuration, and the ways to its pages. */
export function NamespaceCard({ row, rates, metrics }: Props) {
  const times = timesOf(metrics?.request_count);
  const requests = sumSeries(metrics?.request_count, times);
  const errors = sumSeries(metrics?.request_error_count, times);
  const now = requests.at(-1) ?? rates?.reduce((sum, app) => sum + app.inbound, 0) ?? 0;
  const failing = errors.at(-1) ?? 0;
  const members = row.health ? Object.values(row.health.members).reduce((sum, names) => sum + names.length, 0) : 0;
  const name = encodeURIComponent(row.name);
  return (
    <Card isCompact className="weft-card" data-test={`namespace-card-${row.name}`}>
      <CardHeader actions={{ hasNoOffset: true, actions: <MtlsIcon tls={row.tls} scope="namespace" /> }}>
        <CardTitle component="h3">
          <span className="weft-badges">
            <ContextLink to={`/namespaces/${name}`}>{row.name}</ContextLink>
            {row.isControlPlane && <Label isCompact color="blue">{t('namespaces.type.controlPlane')}</Label>}
            {row.mode === 'ambient' && <Label isCompact color="teal">{t('entity.ambient')}</Label>}
          </span>
        </CardTitle>
      </CardHeader>
      <CardBody>
        <div className="weft-nsCard">
          <div className="weft-badges">
            {row.health === undefined ? <span className="weft-subtle">{t('overview.applications.unknown')}</span> : t('overview.applications', { count: members })} {members > 0 && <HealthCounts health={row.health} namespace={row.name} kind="applications" />}
          </div>
          <div className="weft-nsCard__traffic">
            <Sparkline values={requests} errors={errors} label={t('overview.traffic', { name: row.name })} />
            <span>{metrics === undefined && rates === null ? <span className="weft-subtle">–</span> : now === 0 ? <span className="weft-subtle">{t('panel.noTraffic')}</span> : t('overview.rate', { rate: decimal(now), errors: percent((100 * failing) / now) })}</span>
          </div>
          <div className="weft-nsCard__config">
            {row.config === undefined || row.config.objectCount === 0 ? (
              <span className="weft-subtle">{t('overview.noConfig')}</span>
            ) : (
              <ContextLink to={`/istio?namespaces=${name}`} className="weft-badges">
                <ValidationGlyph status={row.config.errors > 0 ? 'error' : row.config.warnings > 0 ? 'warning' : 'valid'} />
                {t('overview.config', { count: row.config.objectCount, errors: row.config.errors, warnings: row.config.warnings })}
              </ContextLink>
            )}
            {row.mode === 'none' && !row.isControlPlane && <span className="weft-subtle">{t('overview.notInMesh')}</span>}
          </div>
          <nav className="weft-nsCard__links" aria-label={t('overview.links', { name: row.name })}>
            <ContextLink to={`/graph/namespaces?namespaces=${name}`}>{t('nav.graph')}</ContextLink>
            <ContextLink to={`/applications?namespaces=${name}`}>{t('nav.applications')}</ContextLink>
            <ContextLink to={`/workloads?namespaces=${name}`}>{t('nav.workloads')}</ContextLink>
            <ContextLink to={`/services?namespaces=${name}`}>{t('nav.services')}</ContextLink>
          </nav>
        </div>
      </CardBody>
    </Card>
  );
}

/** All times at which a series has a value, in order. */
export function timesOf(series: MetricMap[string] | undefined): readonly number[] {
  return [...new Set((series ?? []).flatMap(({ points }) => points.map(([time]) => time)))].sort((a, b) => a - b);
}

/** The values of all series together at each of the times; a series without a value adds nothing. */
export function sumSeries(series: MetricMap[string] | undefined, times: readonly number[]): readonly number[] {
  return times.map((time) => (series ?? []).reduce((sum, { points }) => sum + (points.find(([at]) => at === time)?.[1] ?? 0), 0));
}
