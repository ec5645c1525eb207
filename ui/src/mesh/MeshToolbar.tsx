import { Button, Checkbox, Toolbar, ToolbarContent, ToolbarGroup, ToolbarItem } from '@patternfly/react-core';
import { MapSignsIcon } from '@patternfly/react-icons/dist/esm/icons/map-signs-icon';
import { UndoIcon } from '@patternfly/react-icons/dist/esm/icons/undo-icon';
import { FindInput } from '../graph/toolbar/FindInput';
import { t } from '../i18n';
import { SimpleMenu } from '../shell/SimpleMenu';
import { useConfig } from '../shell/useConfig';
import { meshOperands, type MeshQuery } from './meshFind';
import { meshLayouts, meshState, usualMesh, type MeshState, type SetMesh } from './meshState';

interface Props {
  readonly state: MeshState;
  readonly find: MeshQuery;
  readonly hide: MeshQuery;
  readonly set: SetMesh;
  readonly onTour: () => void;
}

/** Above the mesh: what to find and hide, which parts to show beside the usual ones, how to lay them out. */
export function MeshToolbar({ state, find, hide, set, onTour }: Props) {
  const config = useConfig();
  const usual = meshState(new URLSearchParams());
  return (
    <Toolbar isStatic inset={{ default: 'insetNone' }} className="weft-meshPage__tools">
      <ToolbarContent>
        <ToolbarGroup gap={{ default: 'gapSm' }}>
          <ToolbarItem>
            <FindInput kind="find" value={state.findText} error={find.error} matches={find.count} presets={config?.meshFindPresets ?? []} operands={meshOperands} onApply={(text) => set(['meshFind', text])} />
          </ToolbarItem>
          <ToolbarItem>
            <FindInput kind="hide" value={state.hideText} error={hide.error} matches={hide.count} presets={config?.meshHidePresets ?? []} operands={meshOperands} onApply={(text) => set(['meshHide', text])} />
          </ToolbarItem>
          <ToolbarItem>
            <SimpleMenu
              id="mesh-layout"
              label={t('graph.layout')}
              value={state.layout}
              choices={meshLayouts.map((value) => ({ value, text: t(`graph.layout.${value}`) }))}
              onChange={(layout) => set(['meshLayout', layout === usual.layout ? null : layout])}
            />
          </ToolbarItem>
          <ToolbarItem alignSelf="center" className="weft-mesh__parts">
            <Checkbox id="mesh-gateways" label={t('mesh.gateways')} isChecked={state.gateways} onChange={(_, on) => set(['meshGateways', on ? 'true' : null])} />
          </ToolbarItem>
          <ToolbarItem alignSelf="center">
            <Checkbox id="mesh-waypoints" label={t('mesh.waypoints')} isChecked={state.waypoints} onChange={(_, on) => set(['meshWaypoints', on ? 'true' : null])} />
          </ToolbarItem>
        </ToolbarGroup>
        <ToolbarGroup align={{ default: 'alignEnd' }}>
          <ToolbarItem>
            <Button variant="link" icon={<MapSignsIcon />} onClick={onTour} data-test="mesh-tour-start">
              {t('graph.help')}
            </Button>
          </ToolbarItem>
          <ToolbarItem>
            <Button variant="link" className="weft-quiet" icon={<UndoIcon />} isAriaDisabled={JSON.stringify(state) === JSON.stringify(usual)} onClick={() => set(...usualMesh)} data-test="mesh-factory-reset">
              {t('graph.reset')}
            </Button>
          </ToolbarItem>
        </ToolbarGroup>
      </ToolbarContent>
    </Toolbar>
  );
}
