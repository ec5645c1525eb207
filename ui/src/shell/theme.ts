import { useCallback, useSyncExternalStore } from 'react';

export type Theme = 'light' | 'dark';

const darkClass = 'pf-v6-theme-dark';
const storageKey = 'weft.theme';

/** Applies the theme of the last visit, or that of the system, before the first paint. */
export function startTheme(): void {
  const system = window.matchMedia?.('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  apply((localStorage.getItem(storageKey) as Theme | null) ?? system);
}

/** The theme in force, told by PatternFly's class on the root element, and a way to switch it. */
export function useTheme(): readonly [Theme, () => void] {
  const theme = useSyncExternalStore(subscribe, current);
  const toggle = useCallback(() => {
    const next = current() === 'dark' ? 'light' : 'dark';
    localStorage.setItem(storageKey, next);
    apply(next);
  }, []);
  return [theme, toggle];
}

function current(): Theme {
  return document.documentElement.classList.contains(darkClass) ? 'dark' : 'light';
}

function apply(theme: Theme): void {
  document.documentElement.classList.toggle(darkClass, theme === 'dark');
}

function subscribe(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['class'] });
  return () => observer.disconnect();
}
