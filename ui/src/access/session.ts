import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { createContext, useCallback, useContext } from 'react';
import { logIn, logOut, prolongSession, type Session } from '../api/auth';
import { t } from '../i18n';
import { notifications } from '../shell/notifications';

export const sessionKey = ['session'] as const;

/** Who looks at the console, for all below the `SessionGate`. */
export const SessionContext = createContext<Session>({ strategy: 'anonymous', username: '', expiresOn: null });

export function useSession(): Session {
  return useContext(SessionContext);
}

/** Asks the server anew who this is: after a refusal, and when a session should have ended. */
export function checkSession(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: sessionKey });
}

/** Ways into a session, which throws what refused it, and on with it and out of it, which notify of a failure. What one user has seen is forgotten before the next looks. */
export function useSessionActions(): { readonly enter: (token: string) => Promise<void>; readonly stay: () => void; readonly leave: () => void } {
  const client = useQueryClient();
  const restart = useCallback(async () => {
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
    await client.invalidateQueries({ queryKey: sessionKey });
  }, [client]);
  return {
    enter: useCallback((token) => logIn(token).then(restart), [restart]),
    stay: useCallback(
      () => void prolongSession().then(() => checkSession(client)).catch((error: unknown) => notifications.notify('danger', t('session.stayFailed'), error instanceof Error ? error.message : String(error))),
      [client],
    ),
    leave: useCallback(() => void logOut().then(restart).catch((error: unknown) => notifications.notify('danger', t('session.logoutFailed'), String(error))), [restart]),
  };
}
