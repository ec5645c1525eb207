import type { ReactNode } from 'react';
import { Link, useLocation } from 'react-router';

/** What stays with the user from page to page: the namespaces, the time, kiosk mode. */
const carried = ['namespaces', 'duration', 'refresh', 'from', 'to', 'kiosk'];

/** The address of a page with what the user has chosen for all pages. Parameters of the address itself win. */
export function withContext(to: string, search: string): string {
  const [path = '', own = ''] = to.split('?');
  const params = new URLSearchParams(own);
  const current = new URLSearchParams(search);
  for (const name of carried) {
    const value = current.get(name);
    if (value !== null && !params.has(name)) params.set(name, value);
  }
  const text = params.toString();
  return text === '' ? path : `${path}?${text}`;
}

interface Props {
  readonly to: string;
  readonly children: ReactNode;
  readonly className?: string | undefined;
  readonly title?: string;
  readonly tabIndex?: number;
  readonly 'aria-label'?: string;
  readonly 'aria-current'?: 'page';
  readonly 'data-test'?: string;
}

/** A link inside the console that keeps namespaces, time and refresh. */
export function ContextLink({ to, children, ...rest }: Props) {
  const { search } = useLocation();
  return (
    <Link to={withContext(to, search)} {...rest}>
      {children}
    </Link>
  );
}

/** For navigation by code: an address with the context of the present page. */
export function useContextPath(): (to: string) => string {
  const { search } = useLocation();
  return (to) => withContext(to, search);
}
