import { Button, ToggleGroup, ToggleGroupItem, Tooltip } from '@patternfly/react-core';
import { ExpandArrowsAltIcon } from '@patternfly/react-icons/dist/esm/icons/expand-arrows-alt-icon';
import { MapIcon } from '@patternfly/react-icons/dist/esm/icons/map-icon';
import { RouteIcon } from '@patternfly/react-icons/dist/esm/icons/route-icon';
import { EyeSlashIcon } from '@patternfly/react-icons/dist/esm/icons/eye-slash-icon';
import { SearchMinusIcon } from '@patternfly/react-icons/dist/esm/icons/search-minus-icon';
import { SearchPlusIcon } from '@patternfly/react-icons/dist/esm/icons/search-plus-icon';
import { SitemapIcon } from '@patternfly/react-icons/dist/esm/icons/sitemap-icon';
import { memo, type ReactNode, type RefObject } from 'react';
import type { TrafficGraph } from '../../api/graph';
import { t } from '../../i18n';
import { SimpleMenu } from '../../shell/SimpleMenu';
import type { CanvasControls } from '../canvas/GraphCanvas';
import { ExportMenu } from '../export/ExportMenu';
import { layoutNames, type EdgeMode, type GraphState } from '../graphState';
import type { Scene } from '../scene';
import type { PatchGraph } from '../useGraphState';

interface Props {
  readonly state: GraphState;
  readonly canvas: RefObject<CanvasControls | null>;
  readonly scene: Scene;
  readonly graph: TrafficGraph;
  readonly patch: PatchGraph;
}

/** The bar in the lower left corner of the canvas: view, edge filter, layout, legend. */
export const CanvasToolbar = memo(function CanvasToolbar({ state, canvas, scene, graph, patch }: Props) {
  const edgeMode = (mode: EdgeMode, icon: ReactNode, id: string) => (
    <Tooltip content={t(`graph.edgeMode.${mode === 'none' ? 'none' : 'unhealthy'}`)}>
      <ToggleGroupItem
        buttonId={id}
        icon={icon}
        aria-label={t(`graph.edgeMode.${mode === 'none' ? 'none' : 'unhealthy'}`)}
        isSelected={state.edgeMode === mode}
        onChange={(_, selected) => patch({ edgeMode: selected ? mode : 'all' })}
      />
    </Tooltip>
  );
  return (
    <div className="weft-graph__controls" role="toolbar" aria-label={t('graph.controls')}>
      <div className="weft-graph__zoom">
        <Action id="toolbar_zoom_in" text={t('graph.zoomIn')} icon={<SearchPlusIcon />} onClick={() => canvas.current?.zoomIn()} />
        <Action id="toolbar_zoom_out" text={t('graph.zoomOut')} icon={<SearchMinusIcon />} onClick={() => canvas.current?.zoomOut()} />
        <Action id="toolbar_graph_fit" text={t('graph.fit')} icon={<ExpandArrowsAltIcon />} onClick={() => canvas.current?.fit()} />
        <Action id="toolbar_relayout" text={t('graph.relayout')} icon={<SitemapIcon />} onClick={() => canvas.current?.relayout()} />
      </div>
      <ToggleGroup aria-label={t('panel.edges')}>
        {edgeMode('unhealthy', <RouteIcon />, 'toolbar_edge_mode_unhealthy')}
        {edgeMode('none', <EyeSlashIcon />, 'toolbar_edge_mode_none')}
      </ToggleGroup>
      <SimpleMenu
        id="toolbar_layout"
        label={t('graph.layout')}
        value={state.layout}
        choices={layoutNames.map((value) => ({ value, text: t(`graph.layout.${value}`) }))}
        onChange={(layout) => patch({ layout })}
      />
      <Button
        id="toolbar_toggle_legend"
        data-test="toolbar-toggle-legend"
        variant={state.legend ? 'primary' : 'secondary'}
        aria-pressed={state.legend}
        icon={<MapIcon />}
        onClick={() => patch({ legend: !state.legend })}
      >
        {t('graph.legend')}
      </Button>
      <ExportMenu canvas={canvas} scene={scene} graph={graph} />
    </div>
  );
});

function Action({ id, text, icon, onClick }: { readonly id: string; readonly text: string; readonly icon: ReactNode; readonly onClick: () => void }) {
  return (
    <Tooltip content={text}>
      <Button id={id} variant="control" aria-label={text} icon={icon} onClick={onClick} />
    </Tooltip>
  );
}
