import { useCallback, useSyncExternalStore } from 'react';

export type Theme = 'light' | 'dark';
/** `system`: as the system says, also when it changes its mind. */
export type ThemeChoice = Theme | 'system';

const darkClass = 'pf-v6-theme-dark';
const storageKey = 'weft.theme';
const choices = new Set<() => void>();

/** Applies the theme of the last visit, or that of the system, before the first paint. */
export function startTheme(): void {
  apply();
  systemTheme()?.addEventListener('change', apply);
}

/** The theme in force, told by PatternFly's class on the root element, and a way to switch it. */
export function useTheme(): readonly [Theme, () => void] {
  const theme = useSyncExternalStore(subscribe, current);
  return [theme, useCallback(() => choose(current() === 'dark' ? 'light' : 'dark'), [])];
}

/** What the user has chosen, and a way to choose. */
export function useThemeChoice(): readonly [ThemeChoice, (choice: ThemeChoice) => void] {
  return [useSyncExternalStore(subscribeChoice, chosen), choose];
}

function choose(choice: ThemeChoice): void {
  if (choice === 'system') localStorage.removeItem(storageKey);
  else localStorage.setItem(storageKey, choice);
  apply();
  for (const changed of choices) changed();
}

function chosen(): ThemeChoice {
  const kept = localStorage.getItem(storageKey);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

function systemTheme(): MediaQueryList | undefined {
  return window.matchMedia?.('(prefers-color-scheme: dark)');
}

function current(): Theme {
  return document.documentElement.classList.contains(darkClass) ? 'dark' : 'light';
}

function apply(): void {
  const choice = chosen();
  document.documentElement.classList.toggle(darkClass, choice === 'system' ? systemTheme()?.matches === true : choice === 'dark');
}

function subscribeChoice(changed: () => void): () => void {
  choices.add(changed);
  return () => choices.delete(changed);
}

function subscribe(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['class'] });
  return () => observer.disconnect();
}
