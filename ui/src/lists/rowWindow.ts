/** Which rows of a long list are drawn, and how much room the others take. */
export interface RowWindow {
  /** The first row drawn, and the first behind them. */
  readonly first: number;
  readonly end: number;
  /** Pixels that the rows before and behind would fill. */
  readonly before: number;
  readonly after: number;
}

/** Up to so many rows a list is drawn whole: a browser's own search finds everything in it. */
export const wholeUpTo = 200;

/** Rows drawn beyond both edges, so that a fast turn of the wheel shows no gap. */
const overscan = 15;

/** Of a row that was not drawn yet. */
const usualHeight = 44;

/**
 * The rows near the visible part. `height` is that of a row as it was drawn, `undefined` for one that was not;
 * `top` and `bottom` are the visible part's edges in pixels from the first row's top.
 */
export function rowWindow(count: number, height: (row: number) => number | undefined, top: number, bottom: number): RowWindow {
  const offsets = new Float64Array(count + 1);
  for (let row = 0; row < count; row++) offsets[row + 1] = (offsets[row] ?? 0) + (height(row) ?? usualHeight);
  const at = (row: number) => offsets[row] ?? 0;
  const first = Math.max(0, lastAbove(offsets, top) - overscan);
  const end = Math.min(count, lastAbove(offsets, bottom) + 1 + overscan);
  return { first, end: Math.max(first, end), before: at(first), after: at(count) - at(Math.max(first, end)) };
}

/** The last row that begins at or above a line. */
function lastAbove(offsets: Float64Array, line: number): number {
  let [low, high] = [0, Math.max(0, offsets.length - 2)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((offsets[middle] ?? 0) <= line) low = middle;
    else high = middle - 1;
  }
  return low;
}
