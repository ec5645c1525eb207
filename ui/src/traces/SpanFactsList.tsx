import { ExpandableSection } from '@patternfly/react-core';
import type { Span } from '../api/traces';
import { detailsPath } from '../api/lists';
import { Fact } from '../graph/panel/Fact';
import { Facts } from '../details/FactCard';
import { t } from '../i18n';
import { formatSeconds } from '../metrics/units';
import { ContextLink } from '../shell/ContextLink';
import { spanFacts } from './spans';
import './traces.css';

/** What a span says: the request and its answer, where it comes from, all its tags and logs. */
export function SpanFactsList({ span }: { readonly span: Span }) {
  const facts = spanFacts(span);
  const isProxy = facts.component === 'proxy' || span.tags.node_id !== undefined;
  return (
    <div className="weft-timeline__facts">
      <Facts>
        {(facts.method !== '' || facts.url !== '') && (
          <Fact term={t('traces.request')}>
            {facts.method} {facts.url}
          </Fact>
        )}
        {facts.status !== '' && (
          <Fact term={t('traces.response')}>
            {t('traces.code', { code: facts.status })} {facts.flags !== '' && `· ${facts.flags}`}
          </Fact>
        )}
        <Fact term={t('traces.started')}>
          {new Date(span.start / 1000).toLocaleTimeString(undefined, { fractionalSecondDigits: 3 })} · {formatSeconds(span.duration / 1e6)}
        </Fact>
        {facts.direction !== null && <Fact term={t('traces.kind')}>{t(`traces.kind.${facts.direction}`)}</Fact>}
        <Fact term={t('traces.reporter')}>{isProxy ? t('traces.reporter.proxy') : facts.component || t('traces.reporter.application')}</Fact>
        {facts.workload !== '' && facts.namespace !== '' && (
          <Fact term={t('details.workload')}>
            <span className="weft-badges">
              <ContextLink to={detailsPath('workloads', facts.namespace, facts.workload)}>{facts.workload}</ContextLink>
              <ContextLink to={`${detailsPath('workloads', facts.namespace, facts.workload)}?tab=logs`}>{t('details.tab.logs')}</ContextLink>
              <ContextLink to={`${detailsPath('workloads', facts.namespace, facts.workload)}?tab=in_metrics`}>{t('details.tab.in_metrics')}</ContextLink>
            </span>
          </Fact>
        )}
        {facts.workload === '' && facts.app !== '' && facts.namespace !== '' && (
          <Fact term={t('details.application')}>
            <ContextLink to={detailsPath('applications', facts.namespace, facts.app)}>{facts.app}</ContextLink>
          </Fact>
        )}
      </Facts>
      <ExpandableSection toggleText={t('traces.tags', { count: Object.keys(span.tags).length })}>
        <dl className="weft-pairs">
          {Object.entries(span.tags).map(([key, value]) => (
            <div key={key}>
              <dt>{key}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </ExpandableSection>
      {span.logs.length > 0 && (
        <ExpandableSection toggleText={t('traces.logs', { count: span.logs.length })}>
          {span.logs.map((log, i) => (
            <div key={i} className="weft-mono">
              {new Date(log.time / 1000).toLocaleTimeString(undefined, { fractionalSecondDigits: 3 })} {Object.entries(log.fields).map(([key, value]) => `${key}=${value}`).join(' ')}
            </div>
          ))}
        </ExpandableSection>
      )}
      {span.warnings.map((warning) => (
        <p key={warning}>{warning}</p>
      ))}
    </div>
  );
}
