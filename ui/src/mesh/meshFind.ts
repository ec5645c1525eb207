import type { MeshGraph, MeshNode } from '../api/mesh';
import { matchesNode } from '../graph/find/match';
import type { Operand } from '../graph/find/operands';
import { FindSyntaxError, parseFind, type Expression } from '../graph/find/parse';

const text = (name: string, aliases: string[], value: (node: MeshNode) => string): Operand<MeshNode> => ({ on: 'node', type: 'string', name, aliases, values: (node) => [value(node)] });

/** What the language of the traffic graph can ask of the parts of the mesh; `label:<key>` beside. */
export const meshOperands: readonly Operand<MeshNode>[] = [
  text('cluster', [], (node) => node.cluster),
  text('name', [], (node) => node.name),
  text('namespace', ['ns'], (node) => node.namespace),
  text('type', [], (node) => node.type),
  { on: 'node', type: 'unary', name: 'healthy', aliases: [], test: ({ health }) => (health === 'NA' ? null : health === 'Healthy') },
];

function operandOf(name: string): Operand<MeshNode> | null {
  const wanted = name.toLowerCase();
  const known = meshOperands.find((operand) => operand.name === wanted || operand.aliases.includes(wanted));
  if (known) return known;
  const key = /^label:(.+)$/i.exec(name)?.[1];
  return key === undefined ? null : { on: 'node', type: 'string', name: `label:${key}`, aliases: [], values: ({ labels }) => (key in labels ? [labels[key] ?? ''] : []) };
}

/** What an expression leads to: the ids that it matches (boxes never are), or why it is refused. An empty one is neither. */
export interface MeshQuery {
  readonly ids: ReadonlySet<string>;
  readonly error: string | null;
  readonly count: number | null;
}

export function queryMesh(mesh: MeshGraph | undefined, expression: string): MeshQuery {
  if (expression.trim() === '') return { ids: new Set(), error: null, count: null };
  try {
    const parsed: Expression<MeshNode> = parseFind(expression, operandOf);
    const ids = new Set((mesh?.nodes ?? []).filter((node) => !node.isBox && matchesNode(parsed, node)).map(({ id }) => id));
    return { ids, error: null, count: mesh === undefined ? null : ids.size };
  } catch (error) {
    if (!(error instanceof FindSyntaxError)) throw error;
    return { ids: new Set(), error: error.message, count: null };
  }
}

/** The mesh without what is hidden; boxes without members are left out when it is drawn. */
export function hideFromMesh(mesh: MeshGraph, hidden: ReadonlySet<string>): MeshGraph {
  if (hidden.size === 0) return mesh;
  return {
    ...mesh,
    nodes: mesh.nodes.filter(({ id }) => !hidden.has(id)),
    edges: mesh.edges.filter(({ source, target }) => !hidden.has(source) && !hidden.has(target)),
  };
}
