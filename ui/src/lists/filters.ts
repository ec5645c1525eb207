/** A way to narrow a list down. Values of one filter are alternatives; different filters must all hold. */
export interface Filter<T> {
  /** Its name in the URL. */
  readonly id: string;
  readonly title: string;
  /** `text`: typed freely. `choice`: one of `choices`. `label`: `key` or `key=value`. */
  readonly kind: 'text' | 'choice' | 'label';
  readonly choices?: readonly { readonly value: string; readonly text: string }[];
  readonly matches: (row: T, value: string) => boolean;
}

export type FilterValues = Readonly<Record<string, readonly string[]>>;
export type LabelOperation = 'or' | 'and';

export function applyFilters<T>(rows: readonly T[], filters: readonly Filter<T>[], values: FilterValues, labels: LabelOperation): readonly T[] {
  const active = filters.filter((filter) => (values[filter.id]?.length ?? 0) > 0);
  if (active.length === 0) return rows;
  return rows.filter((row) =>
    active.every((filter) => {
      const wanted = values[filter.id] ?? [];
      const holds = (value: string) => filter.matches(row, value);
      return filter.kind === 'label' && labels === 'and' ? wanted.every(holds) : wanted.some(holds);
    }),
  );
}

/** `app`: the label is there; `app=cars`: with this value; `app=c`: a value that begins so, as in Kiali. */
export function matchesLabel(labels: Readonly<Record<string, string>>, expression: string): boolean {
  const at = expression.search(/[=:]/);
  const key = (at < 0 ? expression : expression.slice(0, at)).trim();
  const actual = labels[key];
  if (actual === undefined) return false;
  const value = at < 0 ? '' : expression.slice(at + 1).trim();
  return value.split(',').some((part) => actual.startsWith(part.trim()));
}

/** Adds a value once; an empty one changes nothing. */
export function addValue(values: FilterValues, id: string, value: string): FilterValues {
  const trimmed = value.trim();
  const present = values[id] ?? [];
  return trimmed === '' || present.includes(trimmed) ? values : { ...values, [id]: [...present, trimmed] };
}

export function removeValue(values: FilterValues, id: string, value: string): FilterValues {
  return { ...values, [id]: (values[id] ?? []).filter((other) => other !== value) };
}
