import { Button, Tooltip } from '@patternfly/react-core';
import { ExpandArrowsAltIcon } from '@patternfly/react-icons/dist/esm/icons/expand-arrows-alt-icon';
import { MapIcon } from '@patternfly/react-icons/dist/esm/icons/map-icon';
import { SearchMinusIcon } from '@patternfly/react-icons/dist/esm/icons/search-minus-icon';
import { SearchPlusIcon } from '@patternfly/react-icons/dist/esm/icons/search-plus-icon';
import type { ReactNode, RefObject } from 'react';
import type { CanvasControls } from '../graph/canvas/GraphCanvas';
import { t } from '../i18n';

interface Props {
  readonly canvas: RefObject<CanvasControls | null>;
  /** Whether the legend is shown. */
  readonly legend: boolean;
  readonly onLegend: () => void;
}

/** Zoom, fit and legend, in the corner of a canvas. */
export function ZoomBar({ canvas, legend, onLegend }: Props) {
  const action = (text: string, icon: ReactNode, act: () => void) => (
    <Tooltip content={text}>
      <Button variant="control" aria-label={text} icon={icon} onClick={act} />
    </Tooltip>
  );
  return (
    <div className="weft-graph__controls" role="toolbar" aria-label={t('graph.controls')}>
      <div className="weft-graph__zoom">
        {action(t('graph.zoomIn'), <SearchPlusIcon />, () => canvas.current?.zoomIn())}
        {action(t('graph.zoomOut'), <SearchMinusIcon />, () => canvas.current?.zoomOut())}
        {action(t('graph.fit'), <ExpandArrowsAltIcon />, () => canvas.current?.fit())}
      </div>
      <Button id="toolbar_toggle_legend" data-test="toolbar-toggle-legend" variant={legend ? 'primary' : 'secondary'} aria-pressed={legend} icon={<MapIcon />} onClick={onLegend}>
        {t('graph.legend')}
      </Button>
    </div>
  );
}
