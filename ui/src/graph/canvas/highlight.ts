import type { CollectionReturnValue, Core } from 'cytoscape';

/** Emphasizes the selected element, or else the hovered one, with everything up- and downstream of it. */
export function highlight(cy: Core, selectedId: string | null, hoveredId: string | null): void {
  cy.batch(() => {
    cy.elements('.dim, .selected').removeClass('dim selected');
    const selected = selectedId === null ? cy.collection() : cy.getElementById(selectedId);
    selected.addClass('selected');
    const focus: CollectionReturnValue = hoveredId === null ? selected : cy.getElementById(hoveredId);
    if (focus.empty()) return;
    const path = pathThrough(focus);
    // A trace over the graph stays in view, whatever is selected.
    const bright = path.union(path.nodes().ancestors()).union(cy.elements('[?traced]'));
    cy.elements().difference(bright).filter((element) => element.data('shape') !== 'box').addClass('dim');
  });
}

/** The element with all that leads to it and away from it; a box with its members and their neighbours. */
function pathThrough(focus: CollectionReturnValue): CollectionReturnValue {
  if (focus.nodes().empty()) {
    const [sources, targets] = [focus.edges().sources(), focus.edges().targets()];
    return focus.union(sources).union(targets).union(sources.predecessors()).union(targets.successors());
  }
  if (focus.data('shape') !== 'box') return focus.union(focus.predecessors()).union(focus.successors());
  const members = focus.union(focus.nodes().descendants());
  return members.union(members.neighborhood());
}
