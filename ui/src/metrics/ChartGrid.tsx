import { Button, Card, CardBody, CardHeader, CardTitle, Tooltip } from '@patternfly/react-core';
import { CompressIcon } from '@patternfly/react-icons/dist/esm/icons/compress-icon';
import { ExpandIcon } from '@patternfly/react-icons/dist/esm/icons/expand-icon';
import { useMemo } from 'react';
import type { Aggregation, MetricChart } from '../api/metrics';
import { t } from '../i18n';
import type { MetricsState, PatchMetrics } from './metricsState';
import { chartLines } from './series';
import { TimeChart, type ChartSpan } from './TimeChart';
import './metrics.css';

interface Props {
  readonly charts: readonly MetricChart[];
  readonly aggregations: readonly Aggregation[];
  readonly state: MetricsState;
  readonly patch: PatchMetrics;
  readonly spans: readonly ChartSpan[];
  readonly window: readonly [from: number, to: number];
  readonly onZoom: (from: number, to: number) => void;
  readonly onSpan: (id: string) => void;
}

/** The charts of a dashboard, or the expanded one alone. Those without data are named below, not drawn empty. */
export function ChartGrid(props: Props) {
  const { charts, state } = props;
  const expanded = charts.find(({ name }) => name === state.expanded);
  if (expanded) return <ChartCard {...props} chart={expanded} isExpanded />;
  const filled = charts.filter((chart) => chart.series.some(({ points }) => points.length > 0) || chart.error !== '');
  const empty = charts.filter((chart) => !filled.includes(chart));
  return (
    <>
      <div className="weft-charts">
        {filled.map((chart) => (
          <ChartCard key={chart.name} {...props} chart={chart} isExpanded={false} />
        ))}
      </div>
      {empty.length > 0 && (
        <p className="weft-subtle weft-charts__empty" data-test="metrics-no-data">
          {t('metrics.empty', { charts: empty.map(({ name }) => name).join(', ') })}
        </p>
      )}
    </>
  );
}

/** So that the axis of time and the legend stand in sight with it. */
function expandedHeight(): number {
  return Math.max(240, window.innerHeight - 470);
}

function ChartCard({ chart, aggregations, state, patch, spans, window: shownWindow, onZoom, onSpan, isExpanded }: Props & { readonly chart: MetricChart; readonly isExpanded: boolean }) {
  const data = useMemo(() => chartLines(chart, state.grouping, aggregations), [chart, state.grouping, aggregations]);
  const text = t(isExpanded ? 'metrics.collapse' : 'metrics.expand', { name: chart.name });
  return (
    <Card isCompact className="weft-card" data-test={`chart-${chart.name}`}>
      <CardHeader
        actions={{
          hasNoOffset: true,
          actions: (
            <Tooltip content={text}>
              <Button variant="plain" size="sm" aria-label={text} icon={isExpanded ? <CompressIcon /> : <ExpandIcon />} onClick={() => patch({ expanded: isExpanded ? null : chart.name })} />
            </Tooltip>
          ),
        }}
      >
        <CardTitle component="h2">{chart.name}</CardTitle>
      </CardHeader>
      <CardBody>
        {chart.error !== '' ? (
          <p role="alert">{t('metrics.chartFailed', { error: chart.error })}</p>
        ) : (
          <TimeChart
            name={chart.name}
            unit={chart.unit}
            data={data}
            height={isExpanded ? expandedHeight() : 200}
            min={chart.min}
            max={chart.max}
            trendlines={state.trendlines}
            spans={spans}
            window={shownWindow}
            onZoom={onZoom}
            onSpan={onSpan}
          />
        )}
      </CardBody>
    </Card>
  );
}
