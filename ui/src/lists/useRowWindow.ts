import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { rowWindow, wholeUpTo, type RowWindow } from './rowWindow';

/** The rows of a table to draw now; `null`: all of them. Follows the scrolling of whatever the table stands in. */
export function useRowWindow(body: RefObject<HTMLTableSectionElement | null>, keys: readonly string[]): RowWindow | null {
  const heights = useRef(new Map<string, number>());
  const isLong = keys.length > wholeUpTo;
  const [shown, setShown] = useState<RowWindow | null>(null);

  const look = useCallback(() => {
    const table = body.current;
    if (table === null || !isLong) return;
    for (const row of table.querySelectorAll<HTMLElement>('tr[data-key]')) heights.current.set(row.dataset.key ?? '', row.offsetHeight);
    const start = table.getBoundingClientRect().top;
    const view = scrollerOf(table)?.getBoundingClientRect() ?? { top: 0, bottom: globalThis.innerHeight };
    const next = rowWindow(keys.length, (row) => heights.current.get(keys[row] ?? ''), view.top - start, view.bottom - start);
    setShown((before) => (isSame(before, next) ? before : next));
  }, [body, isLong, keys]);

  // Heights are known only once rows are drawn, which may change what is near: settles, because heights are kept.
  useLayoutEffect(look);
  useEffect(() => {
    const scroller = body.current && scrollerOf(body.current);
    if (!isLong || !scroller) return;
    scroller.addEventListener('scroll', look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(scroller);
    return () => {
      scroller.removeEventListener('scroll', look);
      observer.disconnect();
    };
  }, [body, isLong, look]);
  if (!isLong) return null;
  // Before the first look, and when rows have gone since.
  const drawn = shown ?? rowWindow(keys.length, () => undefined, 0, 0);
  return { ...drawn, first: Math.min(drawn.first, keys.length), end: Math.min(drawn.end, keys.length) };
}

function isSame(a: RowWindow | null, b: RowWindow): boolean {
  return a !== null && a.first === b.first && a.end === b.end && a.before === b.before && a.after === b.after;
}

function scrollerOf(element: HTMLElement): HTMLElement | null {
  for (let parent = element.parentElement; parent !== null; parent = parent.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(parent).overflowY)) return parent;
  }
  return null;
}
