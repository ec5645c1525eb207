import type { MouseEvent, ReactNode } from 'react';
import { Link, useLocation, useNavigate } from 'react-router';

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

/**
 * The origin of the program that shows the console inside of itself and goes from page to page in its own way, as OpenShift's console does:
 * `kiosk=<origin>`. `null`: the console goes by itself.
 */
export function kioskOrigin(search: string): string | null {
  const kiosk = new URLSearchParams(search).get('kiosk') ?? '';
  return /^https?:/.test(kiosk) && URL.canParse(kiosk) && window.parent !== window ? new URL(kiosk).origin : null;
}

/** A link inside the console that keeps namespaces, time and refresh. */
export function ContextLink({ to, children, ...rest }: Props) {
  const { search } = useLocation();
  const address = withContext(to, search);
  const origin = kioskOrigin(search);
  const tell = (event: MouseEvent) => {
    if (origin === null) return;
    event.preventDefault();
    window.parent.postMessage(address, origin);
  };
  return (
    <Link to={address} {...rest} onClick={tell}>
      {children}
    </Link>
  );
}

/** Goes to an address of the console by code: with the context of the present page, and by way of the program that shows the console, where there is one. */
export function useGo(): (to: string) => void {
  const { search } = useLocation();
  const navigate = useNavigate();
  return (to) => {
    const [address, origin] = [withContext(to, search), kioskOrigin(search)];
    if (origin === null) void navigate(address);
    else window.parent.postMessage(address, origin);
  };
}
