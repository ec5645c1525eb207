import {
  Alert,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  Modal,
  ModalBody,
  ModalHeader,
} from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { fetchStatus } from '../api/config';
import { fetchControlPlanes } from '../api/overview';
import { fetchTracing } from '../api/tracing';
import { t } from '../i18n';
import { ContextLink } from './ContextLink';
import { Loading } from './Loading';

/** Versions of the console, of the server, and of all that the server works with. */
export function AboutDialog({ onClose }: { readonly onClose: () => void }) {
  const status = useQuery({ queryKey: ['status'], queryFn: ({ signal }) => fetchStatus(signal) });
  // What is told of the mesh is left out where it cannot be told: the server's own versions matter most here.
  const planes = useQuery({ queryKey: ['about', 'control planes'], queryFn: ({ signal }) => fetchControlPlanes(signal), meta: { quiet: true } });
  const tracing = useQuery({ queryKey: ['about', 'tracing'], queryFn: ({ signal }) => fetchTracing(signal), meta: { quiet: true } });
  const title = `${t('app.name')} ${status.data?.version ?? ''}`.trim();
  return (
    <Modal isOpen onClose={onClose} variant="small" aria-labelledby="about-title" data-test="about-modal">
      <ModalHeader title={title} labelId="about-title" description={t('about.text')} />
      <ModalBody tabIndex={0} aria-label={t('about.components')}>
        {status.isPending && <Loading />}
        {status.isError && t('about.unavailable', { error: status.error.message })}
        {status.data && (
          <DescriptionList isHorizontal isCompact>
            <Entry term={t('about.console')} description={consoleVersion} />
            <Entry term={t('about.server')} description={`${status.data.version} (${status.data.state})`} />
            <Entry term={t('about.api')} description={status.data.apiVersion} />
            {planes.data?.map((plane) => (
              <Entry key={`${plane.cluster} ${plane.name}`} term={t('about.istio')} description={`${plane.version || '–'} (${plane.name}, ${plane.revision})`} />
            ))}
            {status.data.components.map((component) => (
              <Entry key={component.name} term={component.name} description={component.version || component.url || '–'} />
            ))}
            {tracing.data?.enabled === true && <Entry term={t('about.traces')} description={tracing.data.provider} />}
          </DescriptionList>
        )}
        {status.data?.warnings.map((warning) => <Alert component="h2" key={warning} variant="warning" isInline isPlain title={warning} />)}
        {status.data && (
          <p className="weft-about__mesh">
            <ContextLink to="/mesh">{t('about.mesh')}</ContextLink>
          </p>
        )}
      </ModalBody>
    </Modal>
  );
}

function Entry({ term, description }: { readonly term: string; readonly description: string }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{term}</DescriptionListTerm>
      <DescriptionListDescription>{description}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}
