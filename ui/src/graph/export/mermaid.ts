import type { Scene, SceneNode } from '../scene';

const shapes: Readonly<Record<SceneNode['shape'], readonly [string, string]>> = {
  circle: ['((', '))'],
  square: ['[', ']'],
  hexagon: ['{{', '}}'],
  triangle: ['>', ']'],
  plate: ['[/', '\\]'],
  box: ['[', ']'],
};

/** A scene as a Mermaid flow chart: boxes as subgraphs, edges with their labels. */
export function toMermaid(scene: Scene): string {
  const names = new Map(scene.nodes.map((node, i) => [node.id, `n${i}`]));
  const lines = ['flowchart LR'];
  const write = (parent: string | null, indent: string) => {
    for (const node of scene.nodes.filter((item) => item.parent === parent)) {
      const name = names.get(node.id) ?? '';
      if (node.shape === 'box' && scene.nodes.some((item) => item.parent === node.id)) {
        lines.push(`${indent}subgraph ${name}["${escape(node.label)}"]`);
        write(node.id, `${indent}  `);
        lines.push(`${indent}end`);
      } else {
        const [open, close] = shapes[node.shape];
        lines.push(`${indent}${name}${open}"${escape(node.label)}"${close}${node.tone === 'plain' ? '' : `:::${node.tone}`}`);
      }
    }
  };
  write(null, '  ');
  for (const edge of scene.edges) {
    const arrow = edge.tone === 'idle' ? '-.->' : edge.tone === 'failure' ? '==>' : '-->';
    lines.push(`  ${names.get(edge.source)} ${arrow}${edge.label === '' ? '' : `|"${escape(edge.label)}"|`} ${names.get(edge.target)}`);
  }
  lines.push('  classDef healthy stroke:#63993d', '  classDef degraded stroke:#f5921b', '  classDef failure stroke:#c9190b', '  classDef idle stroke:#8c8c8c');
  return `${lines.join('\n')}\n`;
}

function escape(text: string): string {
  return text.replaceAll('"', '#quot;').replaceAll('\n', '<br/>');
}
