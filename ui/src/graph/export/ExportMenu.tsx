import { Dropdown, DropdownItem, DropdownList, MenuToggle, Tooltip } from '@patternfly/react-core';
import { DownloadIcon } from '@patternfly/react-icons/dist/esm/icons/download-icon';
import { useState, type RefObject } from 'react';
import type { TrafficGraph } from '../../api/graph';
import { t } from '../../i18n';
import { saveBlob, saveText } from '../../shell/clipboard';
import type { CanvasControls } from '../canvas/GraphCanvas';
import type { Scene } from '../scene';
import { toMermaid } from './mermaid';
import { toSvg } from './svg';

interface Props {
  readonly canvas: RefObject<CanvasControls | null>;
  readonly scene: Scene;
  readonly graph: TrafficGraph;
}

const formats = ['png', 'svg', 'json', 'mermaid'] as const;

/** The graph as a picture or as data. */
export function ExportMenu({ canvas, scene, graph }: Props) {
  const [open, setOpen] = useState(false);
  const save = async (format: (typeof formats)[number]) => {
    const name = `traffic-graph-${new Date(graph.timestamp * 1000).toISOString().slice(0, 19).replaceAll(':', '-')}`;
    if (format === 'json') saveText(`${name}.json`, JSON.stringify(graph, null, 2), 'application/json');
    else if (format === 'mermaid') saveText(`${name}.mmd`, toMermaid(scene));
    else if (format === 'svg') {
      const geometry = canvas.current?.geometry();
      if (geometry) saveText(`${name}.svg`, toSvg(scene, geometry), 'image/svg+xml');
    } else {
      const picture = await canvas.current?.png();
      if (picture) saveBlob(`${name}.png`, picture);
    }
  };
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      toggle={(ref) => (
        <Tooltip content={t('graph.export')}>
          <MenuToggle ref={ref} variant="plain" isExpanded={open} aria-label={t('graph.export')} icon={<DownloadIcon />} data-test="graph-export" onClick={() => setOpen(!open)} />
        </Tooltip>
      )}
    >
      <DropdownList>
        {formats.map((format) => (
          <DropdownItem key={format} onClick={() => void save(format)}>
            {t(`graph.export.${format}`)}
          </DropdownItem>
        ))}
      </DropdownList>
    </Dropdown>
  );
}
