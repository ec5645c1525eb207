import { Checkbox, Radio } from '@patternfly/react-core';
import type { DisabledFeatures } from '../../api/config';
import { t, type TextKey } from '../../i18n';
import { rankCriteria, responseTimes, throughputs, type GraphState, type ResponseTime, type Throughput } from '../graphState';
import type { PatchGraph } from '../useGraphState';
import { OptionsGroup, OptionsMenu } from './OptionsMenu';

interface Props {
  readonly state: GraphState;
  readonly ambientEnabled: boolean;
  readonly isNodeGraph: boolean;
  /** What the metrics store has no metrics for; `null`: not known, so that all is offered. */
  readonly disabled: DisabledFeatures | null;
  readonly patch: PatchGraph;
}

type Flag = { [K in keyof GraphState]: GraphState[K] extends boolean ? K : never }[keyof GraphState];

/** The 95th percentile is what one looks at first. */
const responseTimeOrder: readonly ResponseTime[] = ['rt95', 'rt99', 'rt50', 'avg'];

function firstOf<T>(values: readonly T[], isOff: (value: T) => boolean): T | null {
  return values.find((value) => !isOff(value)) ?? null;
}

/** Kiali's Display menu. What has no metrics can be switched off, not on. */
export function DisplayMenu({ state, ambientEnabled, isNodeGraph, disabled, patch }: Props) {
  const flag = (key: Flag, id: string, isDisabled = false) => (
    <Checkbox
      key={key}
      id={id}
      label={t(`graph.display.${key}` as TextKey)}
      isChecked={state[key]}
      isDisabled={isDisabled}
      onChange={(_, checked) => patch({ [key]: checked })}
    />
  );
  const isTimeOff = (value: ResponseTime) => (value === 'avg' ? disabled?.responseTimeAverage : disabled?.responseTimePercentiles) === true;
  const isThroughputOff = (value: Throughput) => (value === 'throughputRequest' ? disabled?.requestSize : disabled?.responseSize) === true;
  const missing = (isMissing: boolean) => (isMissing ? { isDisabled: true, description: t('graph.display.missing') } : {});
  const isService = state.graphType === 'service';
  return (
    <OptionsMenu id="display-settings" text={t('graph.display')}>
      <OptionsGroup label={t('graph.display.edgeLabels')}>
        <Checkbox
          id="responseTime"
          label={t('graph.display.responseTime')}
          isChecked={state.responseTime !== null}
          {...missing(disabled?.responseTime === true && state.responseTime === null)}
          onChange={(_, checked) => patch({ responseTime: checked ? firstOf(responseTimeOrder, isTimeOff) : null })}
          body={
            state.responseTime !== null &&
            responseTimes.map((value) => (
              <Radio
                key={value}
                id={value}
                name="responseTime"
                label={t(`graph.display.${value}`)}
                isChecked={state.responseTime === value}
                {...missing(isTimeOff(value))}
                onChange={() => patch({ responseTime: value })}
              />
            ))
          }
        />
        <Checkbox
          id="throughput"
          label={t('graph.display.throughput')}
          isChecked={state.throughput !== null}
          {...missing(throughputs.every(isThroughputOff) && state.throughput === null)}
          onChange={(_, checked) => patch({ throughput: checked ? firstOf(throughputs, isThroughputOff) : null })}
          body={
            state.throughput !== null &&
            throughputs.map((value) => (
              <Radio
                key={value}
                id={value}
                name="throughput"
                label={t(`graph.display.${value}`)}
                isChecked={state.throughput === value}
                {...missing(isThroughputOff(value))}
                onChange={() => patch({ throughput: value })}
              />
            ))
          }
        />
        {flag('trafficDistribution', 'trafficDistribution')}
        {flag('trafficRate', 'trafficRate')}
      </OptionsGroup>
      <OptionsGroup label={t('graph.display.show')}>
        {flag('boxCluster', 'boxByCluster')}
        {flag('boxNamespace', 'boxByNamespace')}
        {flag('idleEdges', 'filterIdleEdges')}
        {flag('idleNodes', 'filterIdleNodes', isNodeGraph)}
        {flag('operationNodes', 'filterOperationNodes', isService)}
        <Checkbox
          id="rank"
          label={t('graph.display.rank')}
          isChecked={state.rank}
          onChange={(_, checked) => patch({ rank: checked })}
          body={
            state.rank &&
            rankCriteria.map((value) => (
              <Checkbox
                key={value}
                id={value}
                label={t(`graph.display.${value}`)}
                isChecked={state.rankBy.includes(value)}
                onChange={(_, checked) =>
                  patch({ rankBy: checked ? [...state.rankBy, value] : state.rankBy.filter((other) => other !== value) })
                }
              />
            ))
          }
        />
        {flag('serviceNodes', 'filterServiceNodes', isService)}
        {flag('animation', 'filterTrafficAnimation')}
        {ambientEnabled && flag('waypoints', 'filterWaypoints')}
      </OptionsGroup>
      <OptionsGroup label={t('graph.display.badges')}>
        {flag('badgeSidecar', 'filterSidecars')}
        {flag('badgeSecurity', 'filterSecurity')}
        {flag('badgeVirtualService', 'filterVS')}
      </OptionsGroup>
    </OptionsMenu>
  );
}
