import type { CollectionReturnValue, Core, ElementDefinition } from 'cytoscape';
import type { Scene, SceneEdge, SceneNode } from '../scene';
import { badgeData } from './badges';
import type { Palette } from './palette';

/** Makes the elements of the canvas equal to a scene. What is new has the class `unplaced`; what has not changed is not touched. */
export function writeScene(cy: Core, scene: Scene, palette: Palette): void {
  const wanted = new Set([...scene.nodes, ...scene.edges].map((element) => element.id));
  cy.elements().filter((element) => !wanted.has(element.id())).remove();
  const added: ElementDefinition[] = [];
  const moved: SceneNode[] = [];
  for (const node of scene.nodes) {
    const data = nodeData(node, palette);
    const present = cy.getElementById(node.id);
    if (present.empty()) {
      added.push({ group: 'nodes', data: { ...data, ...(node.parent !== null && { parent: node.parent }) }, classes: 'unplaced' });
      continue;
    }
    if (!('images' in data)) present.removeData('images');
    write(present, data);
    if ((present.parent().nonempty() ? present.parent().first().id() : null) !== node.parent) moved.push(node);
  }
  cy.add(added);
  for (const node of moved) cy.getElementById(node.id).move({ parent: node.parent });
  const edges: ElementDefinition[] = [];
  for (const edge of scene.edges) {
    const data = edgeData(edge, palette);
    const present = cy.getElementById(edge.id);
    if (present.empty()) edges.push({ group: 'edges', data: { ...data, source: edge.source, target: edge.target, labelX: 0, labelY: 0 } });
    else write(present, data);
  }
  cy.add(edges);
}

function nodeData(node: SceneNode, palette: Palette): Record<string, unknown> {
  return {
    id: node.id,
    label: node.label,
    shape: node.shape,
    box: node.box ?? '',
    color: palette.node[node.tone],
    faded: node.faded,
    found: node.found,
    traced: node.traced,
    ...badgeData(node, palette),
  };
}

function edgeData(edge: SceneEdge, palette: Palette): Record<string, unknown> {
  const lock = edge.locked ? '\ue923 ' : '';
  return { id: edge.id, label: `${lock}${edge.label}`.trim(), tone: edge.tone, color: palette.edge[edge.tone], found: edge.found, traced: edge.traced };
}

/** What has not changed is not written: every write computes the element's style anew. */
function write(element: CollectionReturnValue, data: Readonly<Record<string, unknown>>): void {
  const changed = Object.entries(data).filter(([name, value]) => {
    const present: unknown = element.data(name);
    return present !== value && !(Array.isArray(value) && JSON.stringify(present) === JSON.stringify(value));
  });
  if (changed.length > 0) element.data(Object.fromEntries(changed));
}
