import type { Core } from 'cytoscape';
import { bendAround } from './bend';

/** Between two edges that are bent around the same node. */
const gap = 22;

/** Bends the edges that would run through nodes on their way; those beside each other stay apart. */
export function bendEdges(cy: Core): void {
  const members = cy.nodes().filter((node) => node.data('shape') !== 'box' && !node.hasClass('unplaced')).nodes();
  const places = members.map((node) => node.position());
  const seen = new Map<string, number>();
  cy.batch(() => {
    cy.edges().forEach((edge) => {
      const [source, target] = [edge.source(), edge.target()];
      const isLoop = source.same(target);
      const bend = isLoop || source.hasClass('unplaced') || target.hasClass('unplaced') ? 0 : bendAround(source.position(), target.position(), places);
      if (bend === 0) {
        if (edge.hasClass('bent')) edge.removeClass('bent');
        return;
      }
      const key = [source.id(), target.id()].sort().join(' ');
      const before = seen.get(key) ?? 0;
      seen.set(key, before + 1);
      edge.data('bend', bend + Math.sign(bend) * before * gap);
      edge.addClass('bent');
    });
  });
}
