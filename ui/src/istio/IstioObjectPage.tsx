import { Button, Label, List, ListItem } from '@patternfly/react-core';
import { useMemo, useState } from 'react';
import { useParams } from 'react-router';
import { array, optionalObject, stringMap, text } from '../api/decode';
import { ApiError } from '../api/http';
import { fetchIstioObject, type IstioObjectAddress, type IstioObjectDetails } from '../api/istio';
import { validationStatus } from '../api/references';
import { CodeView, type CodeMarker } from '../code/CodeView';
import { EntityLinks } from '../details/EntityLinks';
import { FactCard, Facts } from '../details/FactCard';
import { ReferenceBadge } from '../entity/EntityBadges';
import { KindBadge } from '../entity/KindBadge';
import { LabelChips } from '../entity/LabelChips';
import { ValidationGlyph, ValidationIcon } from '../entity/ValidationIcon';
import { Fact } from '../graph/panel/Fact';
import { t } from '../i18n';
import { useGo } from '../shell/ContextLink';
import { Lines } from '../shell/Lines';
import { PageFrame } from '../shell/PageFrame';
import { EmptyMessage, Loaded } from '../shell/PageMessage';
import { usePageQuery } from '../time/usePageQuery';
import { fieldLine } from './fieldLine';
import { kindTitle } from './istioList';
import { objectYaml } from './objectYaml';
import './istio.css';

/** An object of Istio or the Gateway API: its YAML with findings at their lines, what it refers to, what its fields mean. */
export function IstioObjectPage() {
  const { namespace = '', group = '', version = '', kind = '', name = '' } = useParams();
  const address: IstioObjectAddress = { namespace, group, version, kind, name };
  const go = useGo();
  const query = usePageQuery(['istio', 'object', address], (signal) => fetchIstioObject(address, signal), { subject: 0 });
  const isGone = query.data === undefined && query.error instanceof ApiError && query.error.status === 404;
  return (
    <PageFrame
      title={name}
      badge={<KindBadge kind={kind} />}
      crumbs={[
        { text: t('nav.namespaces'), to: '/namespaces' },
        { text: namespace, to: `/namespaces/${encodeURIComponent(namespace)}` },
        { text: t('nav.istio'), to: `/istio?namespaces=${encodeURIComponent(namespace)}` },
        { text: kindTitle(address), to: `/istio?namespaces=${encodeURIComponent(namespace)}&istiotype=${encodeURIComponent(kind)}` },
      ]}
      controls={query.data && <ValidationIcon validation={query.data.validation} name={name} withText />}
    >
      {isGone ? (
        <EmptyMessage title={t('object.gone')} actions={[[t('object.list'), () => go('/istio')]]}>
          {t('object.gone.text', { kind, name, namespace })}
        </EmptyMessage>
      ) : (
        <Loaded query={query} failure={t('object.failed')} skeleton={<Lines count={14} />}>
          {(details) => <ObjectView details={details} />}
        </Loaded>
      )}
    </PageFrame>
  );
}

const none: IstioObjectDetails['help'] = [];

function ObjectView({ details }: { readonly details: IstioObjectDetails }) {
  const yaml = useMemo(() => objectYaml(details.resource), [details.resource]);
  const [line, setLine] = useState(1);
  const checks = useMemo(() => (details.validation?.checks ?? []).map((check) => ({ ...check, line: fieldLine(yaml, check.path) })), [details.validation, yaml]);
  const markers = useMemo(
    () => checks.map((check): CodeMarker => ({ line: check.line, message: `${check.code} ${check.message}`, severity: check.severity === 'unknown' ? 'info' : check.severity })),
    [checks],
  );
  const help = useMemo(() => details.help.map((item) => ({ ...item, line: fieldLine(yaml, item.field) })), [details.help, yaml]);
  const current = help.filter((item) => item.line > 1 && item.line === line).map((item) => item.field);
  const messages = array(optionalObject(details.resource.status)?.validationMessages, 'validationMessages').map((item) => optionalObject(item));
  const metadata = optionalObject(details.resource.metadata) ?? {};
  return (
    <div className="weft-object">
      <CodeView text={yaml} label={t('object.yaml', { name: details.name })} fileName={`${details.kind}-${details.name}.yaml`} markers={markers} onLine={setLine} />
      <div className="weft-overview__facts">
        {checks.length > 0 && (
          <FactCard title={t('object.findings')} id="object-findings">
            <List isPlain>
              {checks.map((check, i) => (
                <ListItem key={i} icon={<ValidationGlyph status={check.severity === 'unknown' ? 'none' : check.severity} />}>
                  <strong>{check.code}</strong> {check.message}
                  <div className="weft-mono weft-subtle">
                    {check.path} · {t('object.goto', { line: check.line })}
                  </div>
                </ListItem>
              ))}
            </List>
          </FactCard>
        )}
        {messages.length > 0 && (
          <FactCard title={t('object.status')}>
            <List isPlain>
              {messages.map((message, i) => (
                <ListItem key={i}>
                  <Label isCompact variant="outline">
                    {text(message?.level)}
                  </Label>{' '}
                  {text(optionalObject(message?.type)?.code)}{' '}
                  {text(message?.documentationUrl) !== '' && (
                    <Button variant="link" isInline component="a" href={text(message?.documentationUrl)} target="_blank" rel="noreferrer">
                      istio.io
                    </Button>
                  )}
                </ListItem>
              ))}
            </List>
          </FactCard>
        )}
        <FactCard title={t('object.details')}>
          <Facts>
            <Fact term={t('list.type')}>{kindTitle(details)}</Fact>
            <Fact term={t('list.configuration')}>{t(`validation.${validationStatus(details.validation)}`)}</Fact>
            <Fact term={t('list.created')}>{text(metadata.creationTimestamp) === '' ? '–' : new Date(text(metadata.creationTimestamp)).toLocaleString()}</Fact>
            <Fact term={t('details.resourceVersion')}>{text(metadata.resourceVersion) || '–'}</Fact>
            <Fact term={t('object.generation')}>{String(metadata.generation ?? '–')}</Fact>
            <Fact term={t('list.labels')}>
              <LabelChips labels={stringMap(metadata.labels)} most={6} />
            </Fact>
          </Facts>
        </FactCard>
        <FactCard title={t('object.references')} id="object-references">
          <References details={details} />
        </FactCard>
        <Help help={help.length === 0 ? none : help} current={current} />
      </div>
    </div>
  );
}

function References({ details }: { readonly details: IstioObjectDetails }) {
  if (details.references.length + details.services.length + details.workloads.length === 0) return <p className="weft-subtle">{t('object.references.none')}</p>;
  return (
    <div className="weft-lines">
      {details.services.length > 0 && <EntityLinks items={details.services.map((service) => ({ kind: 'services', ...service, note: service.namespace }))} />}
      {details.workloads.length > 0 && <EntityLinks items={details.workloads.map((workload) => ({ kind: 'workloads', ...workload, note: workload.namespace }))} />}
      {details.references.map((reference) => (
        <ReferenceBadge key={`${reference.kind} ${reference.namespace} ${reference.name}`} reference={reference} />
      ))}
    </div>
  );
}

/** What fields mean; that of the cursor's line stands out. */
function Help({ help, current }: { readonly help: IstioObjectDetails['help']; readonly current: readonly string[] }) {
  if (help.length === 0) return null;
  return (
    <FactCard title={t('object.help')}>
      <dl className="weft-help">
        {help.map(({ field, message }) => (
          <div key={field} className={current.includes(field) ? 'weft-help__item weft-help__item--current' : 'weft-help__item'}>
            <dt className="weft-mono">{field}</dt>
            <dd>{message}</dd>
          </div>
        ))}
      </dl>
    </FactCard>
  );
}
