import {
  Button,
  SearchInput,
  Toolbar,
  ToolbarContent,
  ToolbarFilter,
  ToolbarGroup,
  ToolbarItem,
} from '@patternfly/react-core';
import { useState } from 'react';
import { t } from '../i18n';
import { SimpleMenu } from '../shell/SimpleMenu';
import { ColumnsDialog } from './ColumnsDialog';
import type { ListDefinition } from './columns';
import { addValue, removeValue, type Filter } from './filters';
import { TypeaheadInput } from './TypeaheadInput';
import { orderedColumns, type ListState, type PatchList } from './listState';

interface Props<T> {
  readonly definition: ListDefinition<T>;
  readonly state: ListState;
  readonly patch: PatchList;
  /** Rows that pass the filters, and all; `null`: not known yet. */
  readonly shown: number | null;
  readonly all: number | null;
}

/** Filters with their chips, how many rows they leave, and the columns to show. */
export function ListToolbar<T>({ definition, state, patch, shown, all }: Props<T>) {
  const [chosen, setChosen] = useState(definition.filters[0]?.id ?? '');
  const filter = definition.filters.find(({ id }) => id === chosen) ?? definition.filters[0];
  const hasLabels = definition.filters.some(({ id, kind }) => kind === 'label' && (state.filters[id]?.length ?? 0) > 1);
  return (
    <Toolbar clearAllFilters={() => patch({ filters: {} })} clearFiltersButtonText={t('list.clear')} inset={{ default: 'insetNone' }} data-test="list-toolbar">
      <ToolbarContent>
        <ToolbarGroup variant="filter-group">
          <ToolbarItem>
            <SimpleMenu
              id="filter_select_type"
              label={t('list.filterBy')}
              value={filter?.id ?? ''}
              choices={definition.filters.map(({ id, title }) => ({ value: id, text: title }))}
              onChange={setChosen}
            />
          </ToolbarItem>
          {definition.filters.map((other) => (
            <ToolbarFilter
              key={other.id}
              categoryName={{ key: other.id, name: other.title }}
              labels={(state.filters[other.id] ?? []).map((value) => ({ key: value, node: choiceText(other, value) }))}
              deleteLabel={(_, label) => patch({ filters: removeValue(state.filters, other.id, typeof label === 'string' ? label : label.key) })}
              deleteLabelGroup={() => patch({ filters: { ...state.filters, [other.id]: [] } })}
            >
              {other === filter && (
                <FilterInput key={other.id} filter={other} values={state.filters[other.id] ?? []} onAdd={(value) => patch({ filters: addValue(state.filters, other.id, value) })} />
              )}
            </ToolbarFilter>
          ))}
          {hasLabels && (
            <ToolbarItem>
              <SimpleMenu
                id="label-operation"
                label={t('list.labelOperation')}
                value={state.labelOperation}
                choices={[
                  { value: 'or', text: t('list.labelOperation.or') },
                  { value: 'and', text: t('list.labelOperation.and') },
                ]}
                onChange={(labelOperation) => patch({ labelOperation })}
              />
            </ToolbarItem>
          )}
        </ToolbarGroup>
        <ToolbarGroup align={{ default: 'alignEnd' }}>
          <ToolbarItem alignSelf="center" role="status" className="weft-subtle weft-nowrap" data-test="list-count">
            {shown !== null && all !== null && t(shown === all ? 'list.count' : 'list.countOf', { count: all, shown })}
          </ToolbarItem>
          <ToolbarItem>
            <ColumnsDialog columns={definition.columns} hidden={state.hidden} order={orderedColumns(definition.shape.columnIds, state.order)} onChange={(change) => patch(change)} />
          </ToolbarItem>
        </ToolbarGroup>
      </ToolbarContent>
    </Toolbar>
  );
}

interface InputProps<T> {
  readonly filter: Filter<T>;
  readonly values: readonly string[];
  readonly onAdd: (value: string) => void;
}

/** More choices than these are typed, not looked for. */
const mostToScan = 11;

function FilterInput<T>({ filter, values, onAdd }: InputProps<T>) {
  const [text, setText] = useState('');
  if (filter.kind === 'choice') {
    const left = (filter.choices ?? []).filter(({ value }) => !values.includes(value));
    if ((filter.choices ?? []).length > mostToScan) {
      return <TypeaheadInput id={`filter_${filter.id}`} label={filter.title} placeholder={t('list.choose', { title: inSentence(filter.title) })} choices={left} onChoose={onAdd} />;
    }
    return (
      <SimpleMenu
        id={`filter_${filter.id}`}
        label={filter.title}
        value=""
        placeholder={t('list.choose', { title: inSentence(filter.title) })}
        choices={left}
        isDisabled={left.length === 0}
        onChange={onAdd}
      />
    );
  }
  const add = () => {
    onAdd(text);
    setText('');
  };
  return (
    <div className="weft-row">
      <SearchInput
        aria-label={filter.title}
        placeholder={t(filter.kind === 'label' ? 'list.filterLabel' : 'list.filterText', { title: inSentence(filter.title) })}
        value={text}
        data-test={`filter-input-${filter.id}`}
        onChange={(_, value) => setText(value)}
        onSearch={add}
        onClear={() => setText('')}
      />
    </div>
  );
}

/** A title within a sentence: `Service FQDN` as `service FQDN`, `URL` as it is. */
function inSentence(title: string): string {
  return /^.\p{Lu}/u.test(title) ? title : title.slice(0, 1).toLowerCase() + title.slice(1);
}

function choiceText<T>(filter: Filter<T>, value: string): string {
  return filter.choices?.find((choice) => choice.value === value)?.text ?? value;
}

export function ClearFilters({ onClear }: { readonly onClear: () => void }) {
  return (
    <Button variant="primary" onClick={onClear}>
      {t('list.clear')}
    </Button>
  );
}
