import { Button, DescriptionList, ExpandableSection, Label, List, ListItem } from '@patternfly/react-core';
import { ExternalLinkAltIcon } from '@patternfly/react-icons/dist/esm/icons/external-link-alt-icon';
import { lazy, Suspense, useState } from 'react';
import { stringify } from 'yaml';
import { array, optionalObject, text, type JsonObject } from '../api/decode';
import { detailsPath } from '../api/lists';
import type { MeshGraph, MeshNode } from '../api/mesh';
import { fetchMeshTls } from '../api/tls';
import { Fact } from '../graph/panel/Fact';
import { HealthLabel } from '../graph/panel/HealthLabel';
import { t } from '../i18n';
import { MtlsIcon } from '../namespaces/MtlsIcon';
import { ContextLink } from '../shell/ContextLink';
import { Lines } from '../shell/Lines';
import { usePageQuery } from '../time/usePageQuery';
import { DataPlaneTable, ManagedNamespaces } from './MeshNamespaces';
import { typeTitle } from './meshScene';

const ControlPlaneCharts = lazy(() => import('./ControlPlaneCharts'));
const TracingTester = lazy(() => import('./TracingTester').then((module) => ({ default: module.TracingTester })));

interface Props {
  readonly mesh: MeshGraph;
  readonly selection: string | null;
  readonly onSelect: (id: string) => void;
}

/** What is known about the chosen part; about the mesh when none is. */
export function MeshPanel({ mesh, selection, onSelect }: Props) {
  const node = mesh.nodes.find(({ id }) => id === selection);
  return node ? <NodePanel node={node} /> : <WholeMesh mesh={mesh} onSelect={onSelect} />;
}

function WholeMesh({ mesh, onSelect }: { readonly mesh: MeshGraph; readonly onSelect: (id: string) => void }) {
  const tls = usePageQuery(['tls', 'mesh'], fetchMeshTls);
  return (
    <>
      <h2 className="weft-panel__title">{t('mesh.names', { name: mesh.names.join(', ') })}</h2>
      <DescriptionList isHorizontal isCompact className="weft-panel__section">
        <Fact term={t('mesh.mtls')}>
          <MtlsIcon tls={tls.data} scope="mesh" withText />
        </Fact>
      </DescriptionList>
      <List isPlain>
        {mesh.nodes
          .filter((node) => !node.isBox)
          .map((node) => (
            <ListItem key={node.id}>
              <span className="weft-badges">
                <HealthLabel status={node.health} />
                <Button variant="link" isInline onClick={() => onSelect(node.id)}>
                  {node.name}
                </Button>
                <span className="weft-panel__subtle">
                  {typeTitle(node.type)} {node.version}
                </span>
              </span>
            </ListItem>
          ))}
      </List>
      <p className="weft-panel__subtle weft-panel__section">{t('mesh.choose')}</p>
    </>
  );
}

function NodePanel({ node }: { readonly node: MeshNode }) {
  const data = optionalObject(node.data);
  return (
    <>
      <h2 className="weft-panel__title">
        <Label isCompact color="blue">
          {typeTitle(node.type)}
        </Label>{' '}
        {node.name}
      </h2>
      <DescriptionList isHorizontal isCompact className="weft-panel__section" horizontalTermWidthModifier={{ default: '8rem' }}>
        <Fact term={t('list.health')}>
          <HealthLabel status={node.health} />
        </Fact>
        {node.version !== '' && <Fact term={t('mesh.version')}>{node.version}</Fact>}
        {node.cluster !== '' && !node.isExternal && <Fact term={t('list.cluster')}>{node.cluster}</Fact>}
        {node.type === 'cluster' && text(data?.apiEndpoint) !== '' && <Fact term={t('mesh.apiEndpoint')}>{text(data?.apiEndpoint)}</Fact>}
        {node.type === 'cluster' && text(data?.secretName) !== '' && <Fact term={t('mesh.secret')}>{text(data?.secretName)}</Fact>}
        {node.namespace !== '' && (
          <Fact term={t('list.namespace')}>
            <ContextLink to={`/namespaces/${encodeURIComponent(node.namespace)}`}>{node.namespace}</ContextLink>
          </Fact>
        )}
      </DescriptionList>
      {(node.type === 'istiod' || node.type === 'gateway') && node.namespace !== '' && !node.isBox && (
        <ContextLink to={detailsPath('workloads', node.namespace, node.name)}>{t('mesh.openWorkload')}</ContextLink>
      )}
      {text(data?.externalURL) !== '' && <ExternalLink url={text(data?.externalURL)} name={node.name} />}
      {node.type === 'traceStore' && <Tester />}
      {node.type === 'istiod' && data && <ControlPlaneFacts data={data} node={node} />}
      {node.type === 'dataplane' && <DataPlaneTable namespaces={Array.isArray(node.data) ? node.data : []} />}
      {node.type !== 'istiod' && node.type !== 'dataplane' && node.data !== null && <Yaml title={t('mesh.config.raw')} value={node.data} />}
    </>
  );
}

/** To a part's own pages, in a window of their own. */
function ExternalLink({ url, name }: { readonly url: string; readonly name: string }) {
  if (!/^https?:/.test(url)) return null;
  return (
    <p className="weft-panel__section">
      <Button variant="link" isInline component="a" href={url} target="_blank" rel="noreferrer" icon={<ExternalLinkAltIcon />} iconPosition="end">
        {t('mesh.openExternal', { name })}
      </Button>
    </p>
  );
}

function Tester() {
  const [isOpen, setOpen] = useState(false);
  return (
    <p className="weft-panel__section">
      <Button variant="secondary" onClick={() => setOpen(true)} data-test="tracing-tester-open">
        {t('tester.title')}
      </Button>
      {isOpen && (
        <Suspense fallback={null}>
          <TracingTester onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </p>
  );
}

function ControlPlaneFacts({ data, node }: { readonly data: JsonObject; readonly node: MeshNode }) {
  const config = optionalObject(data.config);
  const mesh = optionalObject(optionalObject(optionalObject(config?.effectiveConfig)?.configMap)?.mesh);
  const certificates = array(config?.certificates, 'certificates').map((item) => optionalObject(item));
  return (
    <>
      <DescriptionList isHorizontal isCompact className="weft-panel__section" horizontalTermWidthModifier={{ default: '8rem' }}>
        <Fact term={t('mesh.revision')}>{text(data.revision) || '–'}</Fact>
        <Fact term={t('mesh.outbound')}>{text(optionalObject(mesh?.outboundTrafficPolicy)?.mode) || 'ALLOW_ANY'}</Fact>
      </DescriptionList>
      <Suspense fallback={<Lines count={2} />}>
        <ControlPlaneCharts namespace={node.namespace} name={node.name} />
      </Suspense>
      <ManagedNamespaces namespaces={array(data.managedNamespaces, 'managedNamespaces')} />
      {certificates.length > 0 && (
        <section className="weft-panel__section">
          <h3 className="weft-panel__heading">{t('mesh.certificates')}</h3>
          {certificates.map((certificate, i) => (
            <p key={i}>
              {t('mesh.certificate', { name: text(certificate?.configMapName), issuer: text(certificate?.issuer), from: day(certificate?.notBefore), to: day(certificate?.notAfter) })}
            </p>
          ))}
        </section>
      )}
      <Yaml title={t('mesh.config.effective')} value={config?.effectiveConfig} />
      <Yaml title={t('mesh.config.standard')} value={config?.standardConfig} />
      <Yaml title={t('mesh.config.shared')} value={config?.sharedConfig} />
    </>
  );
}

function Yaml({ title, value }: { readonly title: string; readonly value: unknown }) {
  if (value === undefined || value === null) return null;
  return (
    <ExpandableSection toggleText={title} className="weft-panel__section">
      <pre className="weft-mono weft-yaml" tabIndex={0} role="region" aria-label={title}>
        {stringify(value)}
      </pre>
    </ExpandableSection>
  );
}

function day(value: unknown): string {
  const at = Date.parse(text(value));
  return Number.isFinite(at) ? new Date(at).toLocaleDateString() : '?';
}
