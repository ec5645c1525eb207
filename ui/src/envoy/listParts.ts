import { t } from '../i18n';
import { shapeOf, type Column, type ListDefinition } from '../lists/columns';
import type { Filter } from '../lists/filters';

/** A column of text; nothing stands as a dash. */
export function text<T>(id: string, title: string, of: (row: T) => string, rest: Partial<Column<T>> = {}): Column<T> {
  return { id, title, render: (row) => of(row) || '–', compare: (a, b) => of(a).localeCompare(of(b), undefined, { numeric: true }), ...rest };
}

export function search<T>(id: string, title: string, of: (row: T) => string): Filter<T> {
  return { id, title, kind: 'text', matches: (row, value) => of(row).toLowerCase().includes(value.toLowerCase()) };
}

/** What a proxy holds, as a list: sorted by its first column at first. */
export function list<T>(id: string, title: string, columns: readonly Column<T>[], filters: readonly Filter<T>[], rowKey: (row: T) => string): ListDefinition<T> {
  return { id, title, columns, filters, shape: shapeOf(columns, filters, `${id}hide`, columns[0]?.id ?? ''), rowKey, emptyTitle: t('envoy.none'), emptyText: t('envoy.none.text') };
}
