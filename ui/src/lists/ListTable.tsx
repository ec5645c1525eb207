import { Skeleton } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr, type ThProps } from '@patternfly/react-table';
import { memo, useMemo, useRef, type ReactNode } from 'react';
import { t } from '../i18n';
import type { Column, ListDefinition } from './columns';
import { orderedColumns, type ListState, type PatchList } from './listState';
import { useColumnWidths } from './useColumnWidths';
import { useRowWindow } from './useRowWindow';
import './lists.css';

interface Props<T> {
  readonly definition: ListDefinition<T>;
  readonly state: ListState;
  readonly patch: PatchList;
  /** `null`: not there yet. */
  readonly rows: readonly T[] | null;
  readonly empty: ReactNode;
}

const skeletonRows = 8;

/** The table of a list; a skeleton in its shape while the first answer is awaited. Of a long list only the rows in sight are drawn. */
export function ListTable<T>({ definition, state, patch, rows, empty }: Props<T>) {
  const columns = shownColumns(definition, state);
  const columnKey = columns.map(({ id }) => id).join();
  const body = useRef<HTMLTableSectionElement>(null);
  const keys = useMemo(() => (rows ?? []).map(definition.rowKey), [rows, definition]);
  const window = useRowWindow(body, keys);
  const widths = useColumnWidths(body, window !== null, columnKey);
  const [first, end] = window === null ? [0, keys.length] : [window.first, window.end];
  const sortOf = (column: Column<T>, index: number): ThProps['sort'] =>
    column.compare && {
      sortBy: { index: columns.findIndex(({ id }) => id === state.sort), direction: state.descending ? 'desc' : 'asc' },
      onSort: (_event, _index, direction) => patch({ sort: column.id, descending: direction === 'desc' }),
      columnIndex: index,
    };
  return (
    <Table variant="compact" isStickyHeader aria-label={definition.title} aria-busy={rows === null} {...(window && { 'aria-rowcount': keys.length + 1 })} className={widths === null ? 'weft-list' : 'weft-list weft-list--fixed'}>
      <Thead>
        <Tr>
          {columns.map((column, i) => {
            const sort = sortOf(column, i);
            return (
              <Th key={column.id} modifier="nowrap" {...(sort && { sort })} {...(widths === null ? column.width && { width: column.width } : { style: { width: widths[i] } })}>
                {column.title}
              </Th>
            );
          })}
        </Tr>
      </Thead>
      <Tbody ref={body}>
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
        {window && <Gap height={window.before} columns={columns.length} />}
        {rows?.slice(first, end).map((row, i) => {
          const key = keys[first + i] ?? '';
          return <Row key={key} rowKey={key} row={row} index={window === null ? null : first + i} columns={columns as readonly Column<unknown>[]} columnKey={columnKey} />;
        })}
        {window && <Gap height={window.after} columns={columns.length} />}
      </Tbody>
    </Table>
  );
}

/** The columns in the user's order, without those that are hidden. */
function shownColumns<T>(definition: ListDefinition<T>, { hidden, order }: ListState): readonly Column<T>[] {
  return orderedColumns(definition.shape.columnIds, order).flatMap((id) => definition.columns.filter((column) => column.id === id && (column.isFixed === true || !hidden.includes(id))));
}

/** The room of rows that are not drawn. */
function Gap({ height, columns }: { readonly height: number; readonly columns: number }) {
  return (
    <tr aria-hidden className="weft-list__gap">
      <td colSpan={columns} style={{ height }} />
    </tr>
  );
}

interface RowProps {
  readonly rowKey: string;
  /** Its place among all, where not all are drawn. */
  readonly index: number | null;
  readonly row: unknown;
  readonly columns: readonly Column<unknown>[];
  readonly columnKey: string;
}

/** Drawn anew only when its row has changed: an answer with the same content keeps its objects (structural sharing). */
const Row = memo(
  function Row({ rowKey, index, row, columns }: RowProps) {
    return (
      <Tr data-key={rowKey} {...(index !== null && { 'aria-rowindex': index + 2 })}>
        {columns.map((column) => (
          <Td key={column.id} dataLabel={column.title}>
            {column.render(row)}
          </Td>
        ))}
      </Tr>
    );
  },
  (before, after) => before.row === after.row && before.index === after.index && before.columnKey === after.columnKey,
);
