import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { FilterValues, LabelOperation } from './filters';

/** All of a list that a pasted link must bring back. */
export interface ListState {
  readonly filters: FilterValues;
  readonly labelOperation: LabelOperation;
  readonly sort: string;
  readonly descending: boolean;
  /** Columns that are not shown. */
  readonly hidden: readonly string[];
  /** The columns as the user has put them; empty: as they come. */
  readonly order: readonly string[];
}

export interface ListShape {
  readonly filterIds: readonly string[];
  readonly columnIds: readonly string[];
  readonly defaultSort: string;
  readonly defaultDescending: boolean;
  /** The URL parameter of hidden columns: Kiali's `apphide`, `wlhide`, `svchide`, `nshide`. */
  readonly hideParameter: string;
}

export function parseListState(params: URLSearchParams, shape: ListShape): ListState {
  const sort = params.get('sort') ?? '';
  const direction = params.get('direction');
  return {
    filters: Object.fromEntries(shape.filterIds.map((id) => [id, params.getAll(id).filter((value) => value !== '')]).filter(([, values]) => (values ?? []).length > 0)),
    labelOperation: params.get('opLabel') === 'and' ? 'and' : 'or',
    sort: shape.columnIds.includes(sort) ? sort : shape.defaultSort,
    descending: direction === null ? shape.defaultDescending : direction === 'desc',
    hidden: columnsIn(params, shape.hideParameter, shape),
    order: columnsIn(params, orderParameter(shape), shape),
  };
}

export function writeListState(state: ListState, shape: ListShape, current: URLSearchParams): URLSearchParams {
  const params = new URLSearchParams(current);
  const set = (name: string, value: string, standard: string) => {
    if (value === standard) params.delete(name);
    else params.set(name, value);
  };
  for (const id of shape.filterIds) {
    params.delete(id);
    for (const value of state.filters[id] ?? []) params.append(id, value);
  }
  set('opLabel', state.labelOperation, 'or');
  set('sort', state.sort, shape.defaultSort);
  set('direction', state.descending ? 'desc' : 'asc', shape.defaultDescending ? 'desc' : 'asc');
  set(shape.hideParameter, state.hidden.join(','), '');
  const isUsual = orderedColumns(shape.columnIds, state.order).join() === shape.columnIds.join();
  set(orderParameter(shape), isUsual ? '' : state.order.join(','), '');
  return params;
}

/** Kiali's `apporder`, `wlorder`, `svcorder`, `nsorder`. */
function orderParameter(shape: ListShape): string {
  return shape.hideParameter.replace(/hide$/, 'order');
}

function columnsIn(params: URLSearchParams, name: string, shape: ListShape): readonly string[] {
  return (params.get(name) ?? '').split(',').filter((id) => shape.columnIds.includes(id));
}

/** All columns: those that were put somewhere in that order, and behind them the others as they come. */
export function orderedColumns(ids: readonly string[], order: readonly string[]): readonly string[] {
  return [...new Set([...order.filter((id) => ids.includes(id)), ...ids])];
}

export type PatchList = (change: Partial<ListState>) => void;

export function useListState(shape: ListShape): readonly [ListState, PatchList] {
  const [params, setParams] = useSearchParams();
  const state = useMemo(() => parseListState(params, shape), [params, shape]);
  const patch = useCallback<PatchList>(
    (change) =>
      setParams((current) => writeListState({ ...parseListState(current, shape), ...change }, shape, current), { replace: true }),
    [setParams, shape],
  );
  return [state, patch];
}
