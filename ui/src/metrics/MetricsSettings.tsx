import { Checkbox, Divider, MenuToggle, Popover, Title } from '@patternfly/react-core';
import { CogIcon } from '@patternfly/react-icons/dist/esm/icons/cog-icon';
import type { Aggregation, MetricChart } from '../api/metrics';
import { t } from '../i18n';
import { quantiles, type MetricsState, type PatchMetrics } from './metricsState';
import { labelValues, statLabel } from './series';
import './metrics.css';

interface Props {
  readonly state: MetricsState;
  readonly patch: PatchMetrics;
  readonly aggregations: readonly Aggregation[];
  readonly charts: readonly MetricChart[];
  /** Histograms have an average and quantiles. */
  readonly hasHistograms: boolean;
}

/** Kiali's Metrics Settings: by which labels lines are told apart, and which statistics of histograms are drawn. */
export function MetricsSettings({ state, patch, aggregations, charts, hasHistograms }: Props) {
  const setLabel = (label: string, on: boolean) => {
    const { [label]: _, ...rest } = state.grouping;
    patch({ grouping: on ? { ...state.grouping, [label]: [] } : rest });
  };
  const setValue = (label: string, value: string, all: readonly string[]) => {
    const present = state.grouping[label] ?? [];
    const shown = present.length === 0 ? all : present;
    const next = shown.includes(value) ? shown.filter((other) => other !== value) : [...shown, value];
    patch({ grouping: { ...state.grouping, [label]: next.length === all.length ? [] : next } });
  };
  return (
    <Popover
      aria-label={t('metrics.settings')}
      position="bottom-start"
      minWidth="24rem"
      maxWidth="34rem"
      bodyContent={
        <div className="weft-settings">
          {aggregations.length > 0 && (
            <section>
              <Title headingLevel="h2" size="md">
                {t('metrics.groupBy')}
              </Title>
              {aggregations.map((aggregation) => {
                const isOn = aggregation.label in state.grouping;
                const wanted = state.grouping[aggregation.label] ?? [];
                const values = isOn ? [...new Set([...labelValues(charts, aggregation), ...wanted])] : [];
                return (
                  <div key={aggregation.label}>
                    <Checkbox id={`by-${aggregation.label}`} label={aggregation.title} isChecked={isOn} onChange={(_, on) => setLabel(aggregation.label, on)} />
                    {values.length > 0 && (
                      <div className="weft-settings__values">
                        {values.map((value) => (
                          <Checkbox
                            key={value}
                            id={`by-${aggregation.label}-${value}`}
                            label={value}
                            isChecked={wanted.length === 0 || wanted.includes(value)}
                            onChange={() => setValue(aggregation.label, value, values)}
                          />
                        ))}
                      </div>
                    )}
                  </div>
                );
              })}
            </section>
          )}
          {hasHistograms && (
            <>
              <Divider />
              <section>
                <Title headingLevel="h2" size="md">
                  {t('metrics.histograms')}
                </Title>
                <div className="weft-row">
                  <Checkbox id="histogram-avg" label={t('metrics.average')} isChecked={state.average} onChange={(_, average) => patch({ average })} />
                  {quantiles.map((quantile) => (
                    <Checkbox
                      key={quantile}
                      id={`histogram-${quantile}`}
                      label={statLabel(quantile)}
                      isChecked={state.quantiles.includes(quantile)}
                      onChange={(_, on) => patch({ quantiles: quantiles.filter((other) => (other === quantile ? on : state.quantiles.includes(other))) })}
                    />
                  ))}
                </div>
              </section>
            </>
          )}
        </div>
      }
    >
      <MenuToggle icon={<CogIcon />} data-test="metrics-settings">
        {t('metrics.settings')}
      </MenuToggle>
    </Popover>
  );
}
