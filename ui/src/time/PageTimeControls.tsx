import { useConfig } from '../shell/useConfig';
import { useRefresh } from './Refresh';
import { TimeControls } from './TimeControls';
import { useTime } from './useTime';

/** The time range and refresh control of every page but the graph, which has more to say. `ranges`: a custom range may be chosen. */
export function PageTimeControls({ ranges = false }: { readonly ranges?: boolean }) {
  const [time, patch] = useTime();
  const config = useConfig();
  const { isLoading, refreshNow } = useRefresh();
  return (
    <TimeControls
      duration={time.duration}
      refresh={time.refresh}
      range={ranges ? { value: time.range, onChange: (range) => patch({ range }) } : null}
      retention={config?.retention ?? Number.POSITIVE_INFINITY}
      scrapeInterval={config?.scrapeInterval ?? 15}
      isLoading={isLoading}
      onDuration={(duration) => patch({ duration })}
      onRefresh={(refresh) => patch({ refresh })}
      onRefreshNow={refreshNow}
    />
  );
}
