import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import { SearchIcon } from '@patternfly/react-icons/dist/esm/icons/search-icon';
import { CubesIcon } from '@patternfly/react-icons/dist/esm/icons/cubes-icon';
import { useMemo } from 'react';
import { t } from '../i18n';
import { SlowNote } from '../shell/SlowNote';
import { sortRows, type ListDefinition } from './columns';
import { applyFilters } from './filters';
import { ClearFilters, ListToolbar } from './ListToolbar';
import { ListTable } from './ListTable';
import { useListState } from './listState';

interface Props<T> {
  readonly definition: ListDefinition<T>;
  /** `undefined`: the first answer is awaited. */
  readonly rows: readonly T[] | undefined;
}

/** Toolbar and table of a list, with its state in the URL. */
export function ListView<T>({ definition, rows }: Props<T>) {
  const [state, patch] = useListState(definition.shape);
  const filtered = useMemo(() => rows && applyFilters(rows, definition.filters, state.filters, state.labelOperation), [rows, definition, state.filters, state.labelOperation]);
  const sorted = useMemo(() => filtered && sortRows(filtered, definition, state.sort, state.descending), [filtered, definition, state.sort, state.descending]);
  const isFiltered = Object.values(state.filters).some((values) => values.length > 0);
  return (
    <>
      <ListToolbar definition={definition} state={state} patch={patch} shown={sorted?.length ?? null} all={rows?.length ?? null} />
      <SlowNote isWaiting={rows === undefined} text={t('list.slow')} />
      <ListTable
        definition={definition}
        state={state}
        patch={patch}
        rows={sorted ?? null}
        empty={
          <EmptyState titleText={isFiltered ? t('list.noMatch') : definition.emptyTitle} headingLevel="h2" icon={isFiltered ? SearchIcon : CubesIcon} variant="sm">
            <EmptyStateBody>{isFiltered ? t('list.noMatch.text') : definition.emptyText}</EmptyStateBody>
            {isFiltered && (
              <EmptyStateFooter>
                <EmptyStateActions>
                  <ClearFilters onClear={() => patch({ filters: {} })} />
                </EmptyStateActions>
              </EmptyStateFooter>
            )}
          </EmptyState>
        }
      />
    </>
  );
}
