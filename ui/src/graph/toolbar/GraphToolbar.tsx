import { Button, Divider, Title, Toolbar, ToolbarContent, ToolbarGroup, ToolbarItem, Tooltip } from '@patternfly/react-core';
import { ArrowLeftIcon } from '@patternfly/react-icons/dist/esm/icons/arrow-left-icon';
import { HistoryIcon } from '@patternfly/react-icons/dist/esm/icons/history-icon';
import { MapSignsIcon } from '@patternfly/react-icons/dist/esm/icons/map-signs-icon';
import { UndoIcon } from '@patternfly/react-icons/dist/esm/icons/undo-icon';
import { memo } from 'react';
import type { ConsoleConfig } from '../../api/config';
import { graphTypes } from '../../api/graph';
import type { Namespace } from '../../api/namespaces';
import { t } from '../../i18n';
import { NamespaceSelector } from '../../namespaces/NamespaceSelector';
import { SimpleMenu } from '../../shell/SimpleMenu';
import { useDisabledFeatures } from '../../shell/useConfig';
import { TimeControls } from '../../time/TimeControls';
import type { GraphState, GraphTarget } from '../graphState';
import { startReplay } from '../replay/frames';
import type { PatchGraph } from '../useGraphState';
import { DisplayMenu } from './DisplayMenu';
import { FindHelp } from './FindHelp';
import { FindInput } from './FindInput';
import { TrafficMenu } from './TrafficMenu';

/** What an expression led to: why it is refused, or how much it matches. */
interface Outcome {
  readonly error: string | null;
  readonly count: number | null;
}

interface Props {
  readonly state: GraphState;
  readonly target: GraphTarget;
  readonly config: ConsoleConfig | null;
  readonly namespaces: readonly Namespace[];
  readonly selectedNamespaces: readonly string[];
  readonly isLoading: boolean;
  readonly find: Outcome;
  readonly hide: Outcome;
  readonly patch: PatchGraph;
  readonly onRefresh: () => void;
  readonly onReset: () => void;
  readonly onBack: () => void;
  readonly onTour: () => void;
}

/** The two rows above the canvas. */
export const GraphToolbar = memo(function GraphToolbar(props: Props) {
  const { state, target, config, patch } = props;
  const isNodeGraph = target.kind !== 'namespaces';
  const ambientEnabled = config?.ambientEnabled ?? false;
  const disabled = useDisabledFeatures();
  return (
    <div className="weft-graph__toolbar">
      <Toolbar isStatic inset={{ default: 'insetNone' }}>
        <ToolbarContent>
          <ToolbarGroup gap={{ default: 'gapSm' }}>
            <ToolbarItem alignSelf="center">
              <Title headingLevel="h1" size="lg" className="weft-graph__title">
                {isNodeGraph ? t('graph.title.node', { name: targetName(target) }) : t('graph.title')}
              </Title>
            </ToolbarItem>
            <ToolbarItem>
              <NamespaceSelector
                namespaces={props.namespaces}
                selected={props.selectedNamespaces}
                isDisabled={isNodeGraph}
                onChange={(namespaces) => patch({ namespaces, selection: null })}
              />
            </ToolbarItem>
            <ToolbarItem>
              <TrafficMenu state={state} ambientEnabled={ambientEnabled} patch={patch} />
            </ToolbarItem>
            <ToolbarItem>
              <SimpleMenu
                id="graph_type_dropdown"
                label={t('graph.type')}
                value={state.graphType}
                isDisabled={isNodeGraph}
                choices={graphTypes.map((value) => ({ value, text: t(`graph.type.${value}`), description: t(`graph.type.${value}.hint`) }))}
                onChange={(graphType) => patch({ graphType, selection: null })}
              />
            </ToolbarItem>
          </ToolbarGroup>
          <TimeControls
            duration={state.duration}
            refresh={state.refresh}
            retention={config?.retention ?? Number.POSITIVE_INFINITY}
            scrapeInterval={config?.scrapeInterval ?? 15}
            isLoading={props.isLoading}
            onDuration={(duration) => patch({ duration })}
            onRefresh={(refresh) => patch({ refresh })}
            onRefreshNow={props.onRefresh}
          />
        </ToolbarContent>
      </Toolbar>
      <Divider />
      <Toolbar isStatic inset={{ default: 'insetNone' }}>
        <ToolbarContent>
          <ToolbarGroup gap={{ default: 'gapSm' }} className="weft-graph__second">
            {isNodeGraph && (
              <ToolbarItem>
                <Button variant="secondary" icon={<ArrowLeftIcon />} onClick={props.onBack} data-test="graph-back">
                  {t('graph.back')}
                </Button>
              </ToolbarItem>
            )}
            <ToolbarItem>
              <DisplayMenu state={state} ambientEnabled={ambientEnabled} isNodeGraph={isNodeGraph} disabled={disabled} patch={patch} />
            </ToolbarItem>
            <ToolbarItem>
              <FindInput
                kind="find"
                value={state.find}
                error={props.find.error}
                matches={props.find.count}
                presets={config?.findPresets ?? []}
                onApply={(find) => patch({ find })}
              />
            </ToolbarItem>
            <ToolbarItem>
              <FindInput
                kind="hide"
                value={state.hide}
                error={props.hide.error}
                matches={props.hide.count}
                presets={config?.hidePresets ?? []}
                onApply={(hide) => patch({ hide })}
              />
            </ToolbarItem>
            <ToolbarItem>
              <FindHelp />
            </ToolbarItem>
          </ToolbarGroup>
          <ToolbarGroup align={{ default: 'alignEnd' }}>
            <ToolbarItem>
              <Button variant="link" icon={<HistoryIcon />} isDisabled={state.replay !== null} onClick={() => patch({ replay: startReplay(300, Date.now() / 1000) })} data-test="graph-replay-start">
                {t('graph.replay')}
              </Button>
            </ToolbarItem>
            <ToolbarItem>
              <Button variant="link" icon={<MapSignsIcon />} onClick={props.onTour} data-test="graph-tour-start">
                {t('graph.help')}
              </Button>
            </ToolbarItem>
            <ToolbarItem>
              <Tooltip content={t('graph.reset.hint')}>
                <Button variant="link" icon={<UndoIcon />} onClick={props.onReset} data-test="graph-factory-reset">
                  {t('graph.reset')}
                </Button>
              </Tooltip>
            </ToolbarItem>
          </ToolbarGroup>
        </ToolbarContent>
      </Toolbar>
    </div>
  );
});

function targetName(target: GraphTarget): string {
  if (target.kind === 'namespaces') return '';
  if (target.kind === 'application' && target.version !== null) return `${target.name} ${target.version}`;
  return target.kind === 'aggregate' ? `${target.name} = ${target.value}` : target.name;
}
