import { Alert, Button, Form, FormGroup, Modal, ModalBody, ModalFooter, ModalHeader, Radio, Spinner, Tab, Tabs, TabTitleText, TextInput } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { fetchDiagnosis, fetchTracing, tryTracing, type TracingSettings } from '../api/tracing';
import { StatusIcon } from '../entity/HealthIcon';
import { t } from '../i18n';
import { useConfig } from '../shell/useConfig';

const exampleUrl = 'http://tracing.istio-system:16686';
const providers = ['jaeger', 'tempo'] as const;

/** Kiali's Configuration Tester: what the server finds out about its trace store, and whether it could read another one. Nothing is changed. */
export function TracingTester({ onClose }: { readonly onClose: () => void }) {
  const [tab, setTab] = useState<'discovery' | 'tester'>('discovery');
  const [draft, setDraft] = useState<TracingSettings | null>(null);
  const present = useQuery({ queryKey: ['tracing'], queryFn: ({ signal }) => fetchTracing(signal) });
  const settings = draft ?? { provider: present.data?.provider || 'jaeger', url: present.data?.internalUrl ?? '' };
  const tryOut = (chosen: TracingSettings) => {
    setDraft(chosen);
    setTab('tester');
  };
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby="tracing-tester-title" data-test="tracing-tester">
      <ModalHeader title={t('tester.title')} labelId="tracing-tester-title" description={t('tester.text')} />
      <ModalBody>
        <Tabs activeKey={tab} onSelect={(_, chosen) => setTab(chosen as 'discovery' | 'tester')} aria-label={t('tester.title')}>
          <Tab eventKey="discovery" title={<TabTitleText>{t('tester.discovery')}</TabTitleText>}>
            <Discovery onTry={tryOut} />
          </Tab>
          <Tab eventKey="tester" title={<TabTitleText>{t('tester.tester')}</TabTitleText>}>
            <Trial settings={settings} onChange={setDraft} />
          </Tab>
        </Tabs>
      </ModalBody>
      <ModalFooter>
        <Button variant="link" onClick={onClose}>
          {t('action.close')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}

function Discovery({ onTry }: { readonly onTry: (settings: TracingSettings) => void }) {
  const diagnosis = useQuery({ queryKey: ['tracing', 'diagnose'], queryFn: ({ signal }) => fetchDiagnosis(signal), staleTime: 0, gcTime: 0, meta: { quiet: true } });
  if (diagnosis.isPending) return <Spinner size="lg" aria-label={t('tester.asking')} className="weft-tester__part" />;
  if (diagnosis.isError) return <Alert component="h2" variant="danger" isInline title={t('tester.failed')} className="weft-tester__part">{diagnosis.error.message}</Alert>;
  const { message, steps, working } = diagnosis.data;
  return (
    <div className="weft-tester__part">
      {message !== '' && <Alert component="h2" variant="info" isInline title={message} />}
      {steps.length > 0 && (
        <Table variant="compact" aria-label={t('tester.discovery')}>
          <Thead>
            <Tr>
              <Th>{t('tester.step')}</Th>
              <Th>{t('tester.result')}</Th>
            </Tr>
          </Thead>
          <Tbody>
            {steps.map((step) => (
              <Tr key={step.time + step.test}>
                <Td dataLabel={t('tester.step')}>{step.test}</Td>
                <Td dataLabel={t('tester.result')}>
                  <StatusIcon status={step.isGood ? 'Healthy' : 'Failure'} /> {step.result}
                </Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      )}
      {working.map((settings) => (
        <p key={settings.provider + settings.url} className="weft-row">
          {t('tester.works', { provider: settings.provider, url: settings.url })}
          <Button variant="link" isInline onClick={() => onTry(settings)}>
            {t('tester.try')}
          </Button>
        </p>
      ))}
      <Button variant="secondary" onClick={() => void diagnosis.refetch()} isLoading={diagnosis.isFetching}>
        {t('tester.again')}
      </Button>
    </div>
  );
}

function Trial({ settings, onChange }: { readonly settings: TracingSettings; readonly onChange: (settings: TracingSettings) => void }) {
  const isViewOnly = useConfig()?.isViewOnly === true;
  const trial = useMutation({ mutationFn: tryTracing });
  const change = (part: Partial<TracingSettings>) => {
    trial.reset();
    onChange({ ...settings, ...part });
  };
  return (
    <Form
      className="weft-tester__part"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isViewOnly && settings.url.trim() !== '') trial.mutate({ ...settings, url: settings.url.trim() });
      }}
    >
      <FormGroup role="radiogroup" isInline fieldId="tester-provider" label={t('tester.provider')}>
        {providers.map((provider) => (
          <Radio key={provider} id={`tester-${provider}`} name="tester-provider" label={provider} isChecked={settings.provider === provider} onChange={() => change({ provider })} />
        ))}
      </FormGroup>
      <FormGroup label={t('tester.url')} fieldId="tester-url">
        <TextInput id="tester-url" type="url" placeholder={exampleUrl} value={settings.url} onChange={(_, url) => change({ url })} />
      </FormGroup>
      {isViewOnly && <Alert component="h2" variant="info" isInline isPlain title={t('tester.viewOnly')} />}
      <div className="weft-row">
        <Button type="submit" isDisabled={isViewOnly || settings.url.trim() === ''} isLoading={trial.isPending} data-test="tracing-tester-run">
          {t('tester.run')}
        </Button>
      </div>
      <div aria-live="polite">
        {trial.data && <Alert component="h2" variant={trial.data.isGood ? 'success' : 'danger'} isInline title={t(trial.data.isGood ? 'tester.good' : 'tester.bad')}>{trial.data.text}</Alert>}
        {trial.error && <Alert component="h2" variant="danger" isInline title={t('tester.refused')}>{trial.error.message}</Alert>}
      </div>
    </Form>
  );
}
