import { Checkbox, Radio } from '@patternfly/react-core';
import { t } from '../../i18n';
import { trafficRates, type GraphState, type TrafficGroup } from '../graphState';
import type { PatchGraph } from '../useGraphState';
import { OptionsGroup, OptionsMenu } from './OptionsMenu';

interface Props {
  readonly state: GraphState;
  readonly ambientEnabled: boolean;
  readonly patch: PatchGraph;
}

/** Which protocols count, and which rate of each. */
export function TrafficMenu({ state, ambientEnabled, patch }: Props) {
  const groups = (Object.keys(trafficRates) as TrafficGroup[]).filter((group) => group !== 'ambient' || ambientEnabled);
  return (
    <OptionsMenu id="graph-traffic-dropdown" text={t('graph.traffic')}>
      <OptionsGroup label={t('graph.traffic')}>
        {groups.map((group) => (
          <Checkbox
            key={group}
            id={group}
            label={t(`graph.traffic.${group}`)}
            isChecked={state.traffic[group] !== undefined}
            onChange={(_, checked) => patch({ traffic: withGroup(state.traffic, group, checked) })}
            body={
              state.traffic[group] !== undefined &&
              trafficRates[group].map((rate) => (
                <Radio
                  key={rate}
                  id={rate}
                  name={group}
                  label={t(`graph.traffic.${rate}`)}
                  isChecked={state.traffic[group] === rate}
                  onChange={() => patch({ traffic: { ...state.traffic, [group]: rate } })}
                />
              ))
            }
          />
        ))}
      </OptionsGroup>
    </OptionsMenu>
  );
}

function withGroup(traffic: GraphState['traffic'], group: TrafficGroup, on: boolean): GraphState['traffic'] {
  const { [group]: _, ...others } = traffic;
  return on ? { ...others, [group]: trafficRates[group][0] } : others;
}
