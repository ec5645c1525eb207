import { useIsFetching, useQueryClient } from '@tanstack/react-query';
import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react';
import { useLocation } from 'react-router';

interface Refresh {
  /** How often the user has asked on this page; 0 means that with manual refresh nothing may be loaded yet. */
  readonly asked: number;
  readonly isLoading: boolean;
  readonly refreshNow: () => void;
}

const Context = createContext<Refresh>({ asked: 0, isLoading: false, refreshNow: () => undefined });

/** One refresh for all that a page shows: the button asks every query in use again. */
export function RefreshProvider({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const fetching = useIsFetching();
  const { pathname } = useLocation();
  const [state, setState] = useState({ pathname, asked: 0 });
  const asked = state.pathname === pathname ? state.asked : 0;
  const refreshNow = useCallback(() => {
    setState((before) => ({ pathname, asked: before.pathname === pathname ? before.asked + 1 : 1 }));
    void client.refetchQueries({ type: 'active' });
  }, [client, pathname]);
  const value = useMemo(() => ({ asked, isLoading: fetching > 0, refreshNow }), [asked, fetching, refreshNow]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

export function useRefresh(): Refresh {
  return useContext(Context);
}
