import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useRefresh } from './Refresh';
import { refreshManual } from './time';
import { useTime } from './useTime';

interface Options {
  readonly enabled?: boolean;
  /**
   * How many leading parts of the key say what is asked about. While they stay the same, the answer before stays until
   * the new one is there (another time range or grouping); the answer about another object never does. 0: it never stays.
   */
  readonly subject?: number;
  /** A thing that does not change with time: asked once. */
  readonly still?: boolean;
}

/** `isWaiting`: manual refresh is chosen and the user has not asked yet. */
export type PageQuery<T> = UseQueryResult<T> & { readonly isWaiting: boolean };

/** A query that obeys the refresh control: its interval, pause, and manual refresh. */
export function usePageQuery<T>(key: readonly unknown[], fetcher: (signal: AbortSignal) => Promise<T>, options: Options = {}): PageQuery<T> {
  const [{ refresh, range }] = useTime();
  const { asked } = useRefresh();
  const subject = options.subject ?? 2;
  const mayLoad = refresh !== refreshManual || asked > 0;
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => fetcher(signal),
    enabled: (options.enabled ?? true) && mayLoad,
    refetchInterval: refresh > refreshManual && range === null && options.still !== true ? refresh : false,
    staleTime: options.still === true ? 60_000 : 0,
    placeholderData: (previous, query) => (subject > 0 && isSameSubject(query?.queryKey, key, subject) ? previous : undefined),
  });
  return { ...query, isWaiting: !mayLoad } as PageQuery<T>;
}

function isSameSubject(before: readonly unknown[] | undefined, after: readonly unknown[], parts: number): boolean {
  return before !== undefined && JSON.stringify(before.slice(0, parts)) === JSON.stringify(after.slice(0, parts));
}
