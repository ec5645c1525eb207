import type { StylesheetJson } from 'cytoscape';
import { edgeFontSize, nodeFontSize, shapeSizes } from './nodeSize';
import type { Palette } from './palette';

const mostImages = 6;
const perImage = (value: string) => new Array<string>(mostImages).fill(value);

/** How the canvas draws nodes, boxes and edges. What differs from one to the next comes through data(...). */
export function stylesheet(palette: Palette, textScale: number, lineScale: number): StylesheetJson {
  const size = (pixels: number) => Math.round(pixels * textScale * 10) / 10;
  return [
    {
      selector: 'node',
      style: {
        ...shapeSizes.circle,
        shape: 'ellipse',
        'background-color': palette.nodeFill,
        'border-width': 2.5 * lineScale,
        'border-color': 'data(color)',
        label: 'data(label)',
        color: palette.text,
        'font-family': palette.font,
        'font-size': size(nodeFontSize),
        'font-weight': 500,
        'text-wrap': 'wrap',
        'text-valign': 'bottom',
        'text-halign': 'center',
        'text-margin-y': 5,
        'text-background-color': palette.labelBackground,
        'text-background-opacity': 0.88,
        'text-background-padding': '2px',
        'text-background-shape': 'roundrectangle',
        'min-zoomed-font-size': 6,
        'overlay-opacity': 0,
      },
    },
    { selector: 'node[shape="square"]', style: { shape: 'round-rectangle', 'corner-radius': '3', ...shapeSizes.square } },
    { selector: 'node[shape="hexagon"]', style: { shape: 'hexagon', ...shapeSizes.hexagon } },
    { selector: 'node[shape="triangle"]', style: { shape: 'round-triangle', ...shapeSizes.triangle } },
    { selector: 'node[shape="plate"]', style: { shape: 'concave-hexagon', ...shapeSizes.plate } },
    {
      selector: 'node[images]',
      style: {
        'background-image': 'data(images)',
        'background-width': 'data(imageSize)',
        'background-height': 'data(imageSize)',
        'background-position-x': 'data(imageX)',
        'background-position-y': 'data(imageY)',
        // One value per image: Cytoscape takes its default for images beyond the list.
        'background-clip': perImage('none'),
        'background-image-containment': perImage('over'),
        'background-fit': perImage('none'),
        'bounds-expansion': [10],
      } as never,
    },
    { selector: 'node[?faded]', style: { 'border-style': 'dashed', color: palette.subtle } },
    {
      selector: 'node[shape="box"]',
      style: {
        shape: 'round-rectangle',
        'corner-radius': '8',
        'background-color': palette.boxFill,
        'background-opacity': 1,
        'border-width': 1,
        'border-color': palette.boxBorder,
        padding: '14px',
        'text-valign': 'bottom',
        'text-margin-y': 4,
        'font-size': size(12),
        'font-weight': 600,
        'text-background-opacity': 0.95,
        'text-background-color': palette.labelBackground,
        'text-background-padding': '3px',
        'text-border-color': palette.boxBorder,
        'text-border-width': 1,
        'text-border-opacity': 1,
        'compound-sizing-wrt-labels': 'include',
      } as never,
    },
    {
      selector: 'node[box="app"]',
      style: { 'background-color': palette.boxFillInner, 'border-color': 'data(color)', padding: '10px', 'font-size': size(11) },
    },
    { selector: 'node[box="namespace"]', style: { 'border-width': 1.5 * lineScale, 'font-size': size(13) * lineScale } },
    { selector: 'node[box="cluster"]', style: { 'border-style': 'dashed', 'background-opacity': 0, 'font-size': size(14) } },
    {
      selector: 'edge',
      style: {
        width: 2.5 * Math.sqrt(lineScale),
        'curve-style': 'bezier',
        'control-point-step-size': 34,
        'line-color': 'data(color)',
        'target-arrow-color': 'data(color)',
        'target-arrow-shape': 'triangle',
        'arrow-scale': 0.9,
        'target-distance-from-node': 2,
        label: 'data(label)',
        color: palette.text,
        'font-family': palette.font,
        'font-size': size(edgeFontSize),
        'text-wrap': 'wrap',
        'text-margin-x': 'data(labelX)' as never,
        'text-margin-y': 'data(labelY)' as never,
        'text-background-color': palette.labelBackground,
        'text-background-opacity': 0.92,
        'text-background-padding': '2px',
        'text-background-shape': 'roundrectangle',
        'min-zoomed-font-size': 7,
        'overlay-opacity': 0,
      },
    },
    // Around the nodes that stand between its ends.
    { selector: 'edge.bent', style: { 'curve-style': 'unbundled-bezier', 'control-point-distances': 'data(bend)' as never, 'control-point-weights': [0.5], 'edge-distances': 'node-position' } },
    { selector: 'edge[tone="tcp"]', style: { 'target-arrow-shape': 'triangle-cross' } },
    { selector: 'edge[tone="idle"]', style: { width: 1.5 * Math.sqrt(lineScale), 'line-style': 'dashed' } },
    { selector: 'edge[tone="failure"]', style: { width: 3 * lineScale } },
    { selector: 'node[?found]', style: { 'underlay-color': palette.found, 'underlay-opacity': 0.45, 'underlay-padding': 8, 'underlay-shape': 'round-rectangle' } },
    { selector: 'edge[?found]', style: { 'underlay-color': palette.found, 'underlay-opacity': 0.45, 'underlay-padding': 5 } },
    { selector: 'node[?traced]', style: { 'underlay-color': palette.traced, 'underlay-opacity': 0.45, 'underlay-padding': 8, 'underlay-shape': 'round-rectangle' } },
    { selector: 'edge[?traced]', style: { 'underlay-color': palette.traced, 'underlay-opacity': 0.5, 'underlay-padding': 6 } },
    { selector: '.dim', style: { opacity: 0.16 } },
    { selector: 'node.selected', style: { 'border-width': 4 * lineScale, 'border-color': palette.selected } },
    // Its own color stays: blue would read as TCP.
    { selector: 'edge.selected', style: { width: 4 * lineScale, 'underlay-color': palette.selected, 'underlay-opacity': 0.3, 'underlay-padding': 6 * lineScale, 'z-index': 9 } },
    // Neither drawn nor measured before the layout has been there.
    { selector: '.unplaced', style: { display: 'none' } },
  ];
}
