import { ActionGroup, Alert, Button, Card, CardBody, ClipboardCopy, Content, Form, FormGroup, TextInput, Title } from '@patternfly/react-core';
import { useEffect, useState, type FormEvent } from 'react';
import { ApiError } from '../api/http';
import { t } from '../i18n';
import { Logo } from '../shell/Logo';
import { sourceOf } from '../shell/PageMessage';
import { useSessionActions } from './session';
import './access.css';

/** Asks for a token of Kubernetes and says why one was refused. */
export function LoginView() {
  const { enter } = useSessionActions();
  const [token, setToken] = useState('');
  const [isChecking, setChecking] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  useEffect(() => {
    document.title = `${t('login.title')} | ${t('app.name')}`;
  }, []);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setChecking(true);
    setError(null);
    try {
      await enter(token.trim());
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
      setChecking(false);
    }
  };
  return (
    <main className="weft-login">
      <Card className="weft-login__card" isLarge data-test="login">
        <CardBody>
          <Logo />
          <Title headingLevel="h1" size="xl" className="weft-login__title">
            {t('login.title')}
          </Title>
          <Content component="p">{t('login.text')}</Content>
          <Form onSubmit={(event) => void submit(event)}>
            {error !== null && (
              <Alert component="h2" variant="danger" isInline title={t('login.refused')} data-test="login-error">
                {error.message}
                {/* A refused token needs no address; a server in trouble does. */}
                {!(error instanceof ApiError && error.status === 401) && <div>{sourceOf(error)}</div>}
              </Alert>
            )}
            <FormGroup label={t('login.token')} fieldId="token" isRequired>
              <TextInput id="token" name="token" type="password" autoComplete="off" spellCheck={false} isRequired autoFocus value={token} onChange={(_, value) => setToken(value)} />
            </FormGroup>
            <ActionGroup>
              <Button type="submit" isBlock isLoading={isChecking} isDisabled={isChecking || token.trim() === ''}>
                {t('login.action')}
              </Button>
            </ActionGroup>
          </Form>
          <Content component="p" className="weft-login__hint">
            {t('login.hint')}
          </Content>
          <ClipboardCopy isReadOnly isCode hoverTip={t('action.copy')} clickTip={t('action.copied')} textAriaLabel={t('login.command')}>
            kubectl create token weft -n istio-system
          </ClipboardCopy>
        </CardBody>
      </Card>
    </main>
  );
}
