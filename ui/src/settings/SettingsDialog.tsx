import { Button, Form, FormGroup, FormHelperText, HelperText, HelperTextItem, Modal, ModalBody, ModalFooter, ModalHeader, Radio } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { chooseLanguage, language, languages, t, type Language } from '../i18n';
import { SimpleMenu } from '../shell/SimpleMenu';
import { useThemeChoice, type ThemeChoice } from '../shell/theme';
import { useConfig } from '../shell/useConfig';
import { refreshChoice } from '../time/TimeControls';
import { offeredDurations, refreshIntervals, shortDuration } from '../time/time';
import { changePreferences, standardPreferences, startPages, usePreferences, type StartPage } from './preferences';

const themes: readonly ThemeChoice[] = ['system', 'light', 'dark'];
const pageTexts = {
  '/overview': 'nav.overview',
  '/graph/namespaces': 'nav.graph',
  '/mesh': 'nav.mesh',
  '/namespaces': 'nav.namespaces',
  '/applications': 'nav.applications',
  '/services': 'nav.services',
  '/workloads': 'nav.workloads',
  '/istio': 'nav.istio',
  '/tracing': 'nav.tracing',
} as const satisfies Record<StartPage, string>;

/** What this browser remembers for its user. Changes apply at once. */
export function SettingsDialog({ onClose }: { readonly onClose: () => void }) {
  const [theme, setTheme] = useThemeChoice();
  const { startPage, duration, refresh } = usePreferences();
  const config = useConfig();
  const offered = config === null ? [duration] : offeredDurations(config.retention, config.scrapeInterval);
  const isUsual = theme === 'system' && JSON.stringify({ startPage, duration, refresh }) === JSON.stringify(standardPreferences());
  const reset = () => {
    setTheme('system');
    changePreferences(null);
  };
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby="settings-title" data-test="settings-dialog">
      <ModalHeader title={t('settings.title')} labelId="settings-title" description={t('settings.text')} />
      <ModalBody>
        <Form>
          <FormGroup role="radiogroup" isInline isStack={false} fieldId="settings-theme" label={t('settings.theme')}>
            {themes.map((choice) => (
              <Radio key={choice} id={`settings-theme-${choice}`} name="settings-theme" label={t(`settings.theme.${choice}`)} isChecked={theme === choice} onChange={() => setTheme(choice)} />
            ))}
          </FormGroup>
          <Field id="settings-language" label={t('settings.language')}>
            <SimpleMenu
              id="settings-language"
              label={t('settings.language')}
              value={language()}
              choices={(Object.keys(languages) as Language[]).map((value) => ({ value, text: languages[value] }))}
              onChange={speak}
            />
          </Field>
          <Field id="settings-start" label={t('settings.start')}>
            <SimpleMenu id="settings-start" label={t('settings.start')} value={startPage} choices={startPages.map((value) => ({ value, text: t(pageTexts[value]) }))} onChange={(page) => changePreferences({ startPage: page })} />
          </Field>
          <Field id="settings-duration" label={t('time.duration')}>
            <SimpleMenu
              id="settings-duration"
              label={t('time.duration')}
              value={duration}
              choices={[...new Set([...offered, duration])].sort((a, b) => a - b).map((value) => ({ value, text: t('time.last', { duration: shortDuration(value) }) }))}
              onChange={(value) => changePreferences({ duration: value })}
            />
          </Field>
          <Field id="settings-refresh" label={t('time.refresh')} help={t('settings.help')}>
            <SimpleMenu id="settings-refresh" label={t('time.refresh')} value={refresh} choices={refreshIntervals.map(refreshChoice)} onChange={(value) => changePreferences({ refresh: value })} />
          </Field>
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button onClick={onClose}>{t('action.close')}</Button>
        <Button variant="link" className="weft-quiet" isAriaDisabled={isUsual} onClick={reset}>
          {t('list.columns.reset')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}

/** Texts are taken when a file is loaded: the console starts anew, at the same page. */
function speak(choice: Language): void {
  if (choice === language()) return;
  chooseLanguage(choice);
  window.location.reload();
}

function Field({ id, label, help, children }: { readonly id: string; readonly label: string; readonly help?: string; readonly children: ReactNode }) {
  return (
    <FormGroup label={label} fieldId={`${id}-toggle`}>
      {children}
      {help !== undefined && (
        <FormHelperText>
          <HelperText>
            <HelperTextItem>{help}</HelperTextItem>
          </HelperText>
        </FormHelperText>
      )}
    </FormGroup>
  );
}
