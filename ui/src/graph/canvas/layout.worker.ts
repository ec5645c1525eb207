import cytoscape, { type LayoutOptions } from 'cytoscape';
import dagre from 'cytoscape-dagre';
import fcose from 'cytoscape-fcose';
import { breadthFirst } from './breadthFirst';
import { layoutKeepsBoxes, type LayoutInput, type Point, type Positions } from './layoutTypes';

cytoscape.use(dagre);
cytoscape.use(fcose);

self.addEventListener('message', (event: MessageEvent<{ id: number; input: LayoutInput }>) => {
  const { id, input } = event.data;
  try {
    self.postMessage({ id, positions: input.layout === 'kiali-breadth-first' ? breadthFirst(input) : place(input) });
  } catch (error) {
    self.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});

function place(input: LayoutInput): Positions {
  const boxed = layoutKeepsBoxes(input.layout);
  const nodes = input.nodes.filter((node) => boxed || !node.isBox);
  const cy = cytoscape({
    headless: true,
    styleEnabled: true,
    elements: [
      ...nodes.map((node) => ({
        data: { id: node.id, w: node.width, h: node.height, ...(boxed && node.parent !== null && { parent: node.parent }) },
      })),
      ...input.edges.map((edge) => ({ data: { id: edge.id, source: edge.source, target: edge.target } })),
    ],
    style: [
      { selector: 'node', style: { shape: 'rectangle', width: 'data(w)', height: 'data(h)' } },
      { selector: ':parent', style: { padding: '18px' } },
    ],
  });
  cy.layout(options(input)).run();
  const positions: Record<string, Point> = {};
  cy.nodes().forEach((node) => {
    if (!node.isParent()) positions[node.id()] = { ...node.position() };
  });
  cy.destroy();
  return positions;
}

function options({ layout, columnGap }: LayoutInput): LayoutOptions {
  const common = { animate: false, fit: false, boundingBox: { x1: 0, y1: 0, w: 1000, h: 640 } };
  switch (layout) {
    case 'kiali-grid':
      return { name: 'grid', ...common, avoidOverlap: true, avoidOverlapPadding: 30, condense: true };
    case 'kiali-concentric':
      return { name: 'concentric', ...common, avoidOverlap: true, minNodeSpacing: 30, concentric: (node) => node.degree(false), levelWidth: () => 2 };
    case 'kiali-fcose':
      return { name: 'fcose', ...common, quality: 'proof', randomize: true, nodeSeparation: 110, idealEdgeLength: 120, nodeRepulsion: 9000, packComponents: true, tile: true } as unknown as LayoutOptions;
    default:
      return { name: 'dagre', ...common, rankDir: 'LR', ranker: 'network-simplex', nodeSep: 24, rankSep: 1.5 * columnGap, edgeSep: 12 } as unknown as LayoutOptions;
  }
}
