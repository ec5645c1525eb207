import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { afterEach, describe, expect, it } from 'vitest';
import { recordedJson } from '../testGraph';
import { pageUnderTest } from '../testPage';
import { changePreferences, preferences, standardPreferences, startAddress } from './preferences';
import { SettingsDialog } from './SettingsDialog';

pageUnderTest(() => ({ '/api/config': recordedJson('config') }));
afterEach(() => localStorage.clear());

describe('preferences', () => {
  it('are kept by the browser, and standard where nothing sensible is kept', () => {
    expect(preferences()).toEqual(standardPreferences());
    changePreferences({ startPage: '/overview', duration: 600 });
    expect(preferences()).toEqual({ ...standardPreferences(), startPage: '/overview', duration: 600 });
    localStorage.setItem('weft.preferences', '{"startPage":"/nowhere","duration":7,"refresh":0}');
    expect(preferences()).toEqual({ ...standardPreferences(), refresh: 0 });
    localStorage.setItem('weft.preferences', 'no JSON');
    expect(preferences()).toEqual(standardPreferences());
  });

  it('say where the console starts, and leave out what is standard', () => {
    expect(startAddress(standardPreferences())).toBe('/graph/namespaces');
    expect(startAddress({ startPage: '/overview', duration: 600, refresh: 0 })).toBe('/overview?duration=600&refresh=0');
  });
});

describe('the settings', () => {
  it('apply at once and can be taken back', async () => {
    const user = userEvent.setup();
    render(<QueryClientProvider client={new QueryClient()}><SettingsDialog onClose={() => undefined} /></QueryClientProvider>);
    await user.click(screen.getByRole('radio', { name: 'Dark' }));
    expect(document.documentElement.classList.contains('pf-v6-theme-dark')).toBe(true);
    await user.click(screen.getByRole('button', { name: /First page/ }));
    await user.click(screen.getByRole('option', { name: 'Overview' }));
    expect(preferences().startPage).toBe('/overview');
    await user.click(screen.getByRole('button', { name: 'Reset to default' }));
    expect(preferences()).toEqual(standardPreferences());
    expect(screen.getByRole<HTMLInputElement>('radio', { name: 'As the system' }).checked).toBe(true);
    expect(document.documentElement.classList.contains('pf-v6-theme-dark')).toBe(false);
  });
});
