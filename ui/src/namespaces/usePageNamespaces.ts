import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { Namespace } from '../api/namespaces';
import { applicationNamespaces, useNamespaces } from './useNamespaces';

export interface PageNamespaces {
  readonly all: readonly Namespace[];
  readonly controlPlanes: ReadonlySet<string>;
  /** What the URL says, or those of applications; `null` until the server has told which there are. */
  readonly selected: readonly string[] | null;
  readonly error: Error | null;
  readonly retry: () => void;
  /** `null`: back to what the page chooses by itself. */
  readonly choose: (namespaces: readonly string[] | null) => void;
}

const none: readonly Namespace[] = [];

/** `every`: a page that by itself shows all namespaces, also those of the control plane. */
export function usePageNamespaces(every = false): PageNamespaces {
  const query = useNamespaces();
  const [params, setParams] = useSearchParams();
  const wanted = params.get('namespaces');
  const all = query.data ?? none;
  const selected = useMemo(() => {
    if (wanted !== null) return wanted.split(',').filter((name) => name !== '');
    if (query.data === undefined) return null;
    const applications = applicationNamespaces(query.data);
    return every || applications.length === 0 ? query.data.map(({ name }) => name) : applications;
  }, [wanted, query.data, every]);
  const controlPlanes = useMemo(() => new Set(all.filter(({ isControlPlane }) => isControlPlane).map(({ name }) => name)), [all]);
  const choose = useCallback(
    (namespaces: readonly string[] | null) =>
      setParams(
        (current) => {
          const next = new URLSearchParams(current);
          if (namespaces === null) next.delete('namespaces');
          else next.set('namespaces', namespaces.join(','));
          next.delete('page');
          return next;
        },
        { replace: true },
      ),
    [setParams],
  );
  return { all, controlPlanes, selected, error: query.error, retry: () => void query.refetch(), choose };
}
