import { Skeleton } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr, type ThProps } from '@patternfly/react-table';
import { memo, type ReactNode } from 'react';
import { t } from '../i18n';
import type { Column, ListDefinition } from './columns';
import { orderedColumns, type ListState, type PatchList } from './listState';

interface Props<T> {
  readonly definition: ListDefinition<T>;
  readonly state: ListState;
  readonly patch: PatchList;
  /** `null`: not there yet. */
  readonly rows: readonly T[] | null;
  readonly empty: ReactNode;
}

const skeletonRows = 8;

/** The table of a list; a skeleton in its shape while the first answer is awaited. */
export function ListTable<T>({ definition, state, patch, rows, empty }: Props<T>) {
  const columns = shownColumns(definition, state);
  const sortOf = (column: Column<T>, index: number): ThProps['sort'] =>
    column.compare && {
      sortBy: { index: columns.findIndex(({ id }) => id === state.sort), direction: state.descending ? 'desc' : 'asc' },
      onSort: (_event, _index, direction) => patch({ sort: column.id, descending: direction === 'desc' }),
      columnIndex: index,
    };
  return (
    <Table variant="compact" isStickyHeader aria-label={definition.title} aria-busy={rows === null} className="weft-list">
      <Thead>
        <Tr>
          {columns.map((column, i) => {
            const sort = sortOf(column, i);
            return (
              <Th key={column.id} modifier="nowrap" {...(sort && { sort })} {...(column.width && { width: column.width })}>
                {column.title}
              </Th>
            );
          })}
        </Tr>
      </Thead>
      <Tbody>
        {rows === null &&
          Array.from({ length: skeletonRows }, (_, i) => (
            <Tr key={i}>
              {columns.map((column, j) => (
                <Td key={column.id}>
                  <Skeleton width={`${45 + ((i * 17 + j * 29) % 45)}%`} screenreaderText={i + j === 0 ? t('page.loading') : ''} />
                </Td>
              ))}
            </Tr>
          ))}
        {rows !== null && rows.length === 0 && (
          <Tr>
            <Td colSpan={columns.length}>{empty}</Td>
          </Tr>
        )}
        {rows?.map((row) => <Row key={definition.rowKey(row)} row={row} columns={columns as readonly Column<unknown>[]} columnKey={columns.map(({ id }) => id).join()} />)}
      </Tbody>
    </Table>
  );
}

/** The columns in the user's order, without those that are hidden. */
function shownColumns<T>(definition: ListDefinition<T>, { hidden, order }: ListState): readonly Column<T>[] {
  return orderedColumns(definition.shape.columnIds, order).flatMap((id) => definition.columns.filter((column) => column.id === id && (column.isFixed === true || !hidden.includes(id))));
}

interface RowProps {
  readonly row: unknown;
  readonly columns: readonly Column<unknown>[];
  readonly columnKey: string;
}

/** Drawn anew only when its row has changed: an answer with the same content keeps its objects (structural sharing). */
const Row = memo(
  function Row({ row, columns }: RowProps) {
    return (
      <Tr>
        {columns.map((column) => (
          <Td key={column.id} dataLabel={column.title}>
            {column.render(row)}
          </Td>
        ))}
      </Tr>
    );
  },
  (before, after) => before.row === after.row && before.columnKey === after.columnKey,
);
