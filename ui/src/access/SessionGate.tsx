import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { fetchSession, mustLogIn } from '../api/auth';
import { Loading } from '../shell/Loading';
import { LoginView } from './LoginView';
import { checkSession, SessionContext, sessionKey } from './session';

/** The longest delay that a timer of a browser keeps; a later end is looked at again then. */
const longestTimer = 0x7fffffff;

/**
 * Lets pages through when nobody need log in or somebody has, and shows the login otherwise. The address stays: who logs in sees what was asked for.
 * A server that does not answer is told by the pages, which name what failed.
 */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const query = useQuery({ queryKey: sessionKey, queryFn: ({ signal }) => fetchSession(signal), staleTime: Number.POSITIVE_INFINITY, meta: { quiet: true } });
  const session = query.data;
  const expiresOn = session?.expiresOn ?? null;
  useEffect(() => {
    if (expiresOn === null) return;
    const timer = setTimeout(() => checkSession(client), Math.min(longestTimer, Math.max(1000, expiresOn - Date.now() + 500)));
    return () => clearTimeout(timer);
  }, [client, expiresOn, query.dataUpdatedAt]);
  if (query.isPending) return <Loading />;
  if (session === undefined) return children;
  return mustLogIn(session) ? <LoginView /> : <SessionContext value={session}>{children}</SessionContext>;
}
