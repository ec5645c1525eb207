import { Button, Tooltip } from '@patternfly/react-core';
import { ExpandArrowsAltIcon } from '@patternfly/react-icons/dist/esm/icons/expand-arrows-alt-icon';
import { SearchMinusIcon } from '@patternfly/react-icons/dist/esm/icons/search-minus-icon';
import { SearchPlusIcon } from '@patternfly/react-icons/dist/esm/icons/search-plus-icon';
import type { ReactNode, RefObject } from 'react';
import type { CanvasControls } from '../graph/canvas/GraphCanvas';
import { t } from '../i18n';

/** Zoom and fit, in the corner of a canvas. */
export function ZoomBar({ canvas }: { readonly canvas: RefObject<CanvasControls | null> }) {
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
    </div>
  );
}
