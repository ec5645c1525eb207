import type { Core } from 'cytoscape';
import { placeLabels } from './labelPlacement';

/** Moves labels along their edges until they cover as little as possible. */
export function placeEdgeLabels(cy: Core, fontSize: number): void {
  const edges = cy.edges().filter((edge) => edge.data('label') !== '').edges();
  const places = placeLabels(
    edges.map((edge) => {
      const lines = String(edge.data('label')).split('\n');
      return {
        id: edge.id(),
        from: edge.source().position(),
        to: edge.target().position(),
        width: Math.max(...lines.map((line) => line.length)) * fontSize * 0.56 + 6,
        height: lines.length * fontSize * 1.2 + 4,
      };
    }),
    cy.nodes().filter((node) => node.data('shape') !== 'box').nodes().map((node) => ({ ...node.position(), width: node.width(), height: node.height() })),
  );
  cy.batch(() => {
    edges.forEach((edge) => {
      const [from, to] = [edge.source().position(), edge.target().position()];
      const shift = (places.get(edge.id()) ?? 0.5) - 0.5;
      edge.data({ labelX: (to.x - from.x) * shift, labelY: (to.y - from.y) * shift });
    });
  });
}
