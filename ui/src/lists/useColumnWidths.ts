import { useEffect, useLayoutEffect, useState, type RefObject } from 'react';

/**
 * The widths that a table's columns have come to, to be kept while rows come and go: otherwise columns would move under the eyes of who scrolls.
 * `null`: the browser finds them. Found anew when the columns or the room change.
 */
export function useColumnWidths(body: RefObject<HTMLTableSectionElement | null>, isOn: boolean, columnKey: string): readonly number[] | null {
  const [kept, setKept] = useState<{ readonly for: string; readonly widths: readonly number[] } | null>(null);
  const [room, setRoom] = useState(0);
  const key = `${columnKey} ${room}`;
  const widths = isOn && kept?.for === key ? kept.widths : null;
  useEffect(() => {
    const frame = body.current?.closest('table')?.parentElement;
    if (!isOn || !frame) return;
    const observer = new ResizeObserver(() => setRoom(frame.clientWidth));
    observer.observe(frame);
    return () => observer.disconnect();
  }, [body, isOn]);
  useLayoutEffect(() => {
    const heads = body.current?.closest('table')?.querySelectorAll<HTMLElement>('thead th');
    if (!isOn || widths !== null || heads === undefined) return;
    setKept({ for: key, widths: [...heads].map((head) => head.getBoundingClientRect().width) });
  }, [body, isOn, key, widths]);
  return widths;
}
