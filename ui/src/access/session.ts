import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { createContext, useCallback, useContext } from 'react';
import { logIn, logOut, type Session } from '../api/auth';

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

/** Ways into a session and out of it. What one user has seen is forgotten before the next looks. */
export function useSessionActions(): { readonly enter: (token: string) => Promise<void>; readonly leave: () => Promise<void> } {
  const client = useQueryClient();
  const restart = useCallback(async () => {
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
    await client.invalidateQueries({ queryKey: sessionKey });
  }, [client]);
  return {
    enter: useCallback((token) => logIn(token).then(restart), [restart]),
    leave: useCallback(() => logOut().then(restart), [restart]),
  };
}

