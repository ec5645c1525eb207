import { useCallback, useLayoutEffect, useMemo, useRef } from 'react';
import { useParams, useSearchParams } from 'react-router';
import { parseGraphState, writeGraphState, type GraphState, type GraphTarget } from './graphState';

export type PatchGraph = (patch: Partial<GraphState>) => void;

/** The page's state as the URL tells it, and the only way to change it. */
export function useGraphState(): readonly [GraphState, PatchGraph] {
  const [params, setParams] = useSearchParams();
  const state = useMemo(() => parseGraphState(params), [params]);
  // The router's function is another one after every change, and knows only the address it was made for.
  const latest = useRef(setParams);
  useLayoutEffect(() => {
    latest.current = setParams;
  });
  const patch = useCallback<PatchGraph>((change) => latest.current((current) => writeGraphState({ ...parseGraphState(current), ...change }, current), { replace: true }), []);
  return [state, patch];
}

/** What the path says the graph is about. */
export function useGraphTarget(): GraphTarget {
  const { namespace, application, version, service, workload, aggregate, value } = useParams();
  return useMemo((): GraphTarget => {
    if (namespace === undefined) return { kind: 'namespaces' };
    if (application !== undefined) return { kind: 'application', namespace, name: application, version: version ?? null };
    if (service !== undefined) return { kind: 'service', namespace, name: service };
    if (workload !== undefined) return { kind: 'workload', namespace, name: workload };
    if (aggregate !== undefined) return { kind: 'aggregate', namespace, name: aggregate, value: value ?? '' };
    return { kind: 'namespaces' };
  }, [namespace, application, version, service, workload, aggregate, value]);
}

/** The state without what is selected: another object only when something of it has changed, so that toolbars are not drawn anew with every selection. */
export function useSteadyState(state: GraphState): GraphState {
  const key = JSON.stringify({ ...state, selection: null });
  return useMemo(() => JSON.parse(key) as GraphState, [key]);
}
