import type { ReactNode } from 'react';
import { t } from '../i18n';
import type { Filter } from './filters';
import type { ListShape } from './listState';

export interface Column<T> {
  /** Its name in the URL. */
  readonly id: string;
  readonly title: string;
  readonly render: (row: T) => ReactNode;
  /** Absent: the column gives no order. */
  readonly compare?: (a: T, b: T) => number;
  /** The name column cannot be hidden. */
  readonly isFixed?: boolean;
  /** Percent of the table's width. */
  readonly width?: 10 | 15 | 20 | 25 | 30 | 35 | 40;
}

/** What makes a list: its columns and filters, and the texts for when there is nothing to show. */
export interface ListDefinition<T> {
  readonly id: string;
  readonly title: string;
  readonly columns: readonly Column<T>[];
  readonly filters: readonly Filter<T>[];
  readonly shape: ListShape;
  readonly rowKey: (row: T) => string;
  readonly emptyTitle: string;
  readonly emptyText: string;
}

/** Where one console shows several clusters. */
export function clusterColumn<T extends { readonly cluster: string }>(): Column<T> {
  return { id: 'cluster', title: t('list.cluster'), render: (row) => row.cluster, compare: (a, b) => a.cluster.localeCompare(b.cluster) };
}

export function shapeOf<T>(columns: readonly Column<T>[], filters: readonly Filter<T>[], hideParameter: string, defaultSort: string): ListShape {
  return {
    filterIds: filters.map((filter) => filter.id),
    columnIds: columns.map((column) => column.id),
    defaultSort,
    defaultDescending: false,
    hideParameter,
  };
}

/** Sorts by the column, then by what tells rows apart, so that an order never depends on the answer's. */
export function sortRows<T>(rows: readonly T[], definition: ListDefinition<T>, sort: string, descending: boolean): readonly T[] {
  const compare = definition.columns.find((column) => column.id === sort)?.compare;
  if (compare === undefined) return rows;
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => sign * compare(a, b) || definition.rowKey(a).localeCompare(definition.rowKey(b)));
}
