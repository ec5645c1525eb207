import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useRefresh } from './Refresh';
import { refreshManual } from './time';
import { useTime } from './useTime';

interface Options {
  readonly enabled?: boolean;
  /** Whether the answer to another key stays until the new one is there: for changes of time and grouping, not of the object. */
  readonly keep?: boolean;
  /** A thing that does not change with time: asked once. */
  readonly still?: boolean;
}

/** `isWaiting`: manual refresh is chosen and the user has not asked yet. */
export type PageQuery<T> = UseQueryResult<T> & { readonly isWaiting: boolean };

/** A query that obeys the refresh control: its interval, pause, and manual refresh. */
export function usePageQuery<T>(key: readonly unknown[], fetcher: (signal: AbortSignal) => Promise<T>, options: Options = {}): PageQuery<T> {
  const [{ refresh, range }] = useTime();
  const { asked } = useRefresh();
  const mayLoad = refresh !== refreshManual || asked > 0;
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => fetcher(signal),
    enabled: (options.enabled ?? true) && mayLoad,
    refetchInterval: refresh > refreshManual && range === null && options.still !== true ? refresh : false,
    staleTime: options.still === true ? 60_000 : 0,
    ...(options.keep !== false && { placeholderData: keepPreviousData }),
  });
  return { ...query, isWaiting: !mayLoad } as PageQuery<T>;
}
