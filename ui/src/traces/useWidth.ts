import { useEffect, useState, type RefObject } from 'react';

/** The width of an element, followed as it changes; `initial` until it is known. */
export function useWidth(host: RefObject<HTMLElement | null>, initial: number): number {
  const [width, setWidth] = useState(initial);
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.max(200, Math.floor(entry.contentRect.width))));
    observer.observe(element);
    return () => observer.disconnect();
  }, [host]);
  return width;
}
