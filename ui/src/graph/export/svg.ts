import type { SceneGeometry } from '../canvas/GraphDrawing';
import type { Scene, SceneNode } from '../scene';

const margin = 30;

/** A scene as drawn, as SVG: boxes, edges with arrows and labels, nodes with names. */
export function toSvg(scene: Scene, geometry: SceneGeometry): string {
  const { palette } = geometry;
  const nodes = new Map(scene.nodes.map((node) => [node.id, node]));
  const edges = new Map(scene.edges.map((edge) => [edge.id, edge]));
  const [left, top] = [Math.min(...geometry.nodes.map(({ x }) => x)) - margin, Math.min(...geometry.nodes.map(({ y }) => y)) - margin];
  const [right, bottom] = [Math.max(...geometry.nodes.map(({ x, width }) => x + width)) + margin, Math.max(...geometry.nodes.map(({ y, height }) => y + height)) + margin + 20];
  const parts: string[] = [];
  const text = (x: number, y: number, value: string, size: number, weight = 400) =>
    value.split('\n').forEach((line, i) => {
      const at = (y + i * size * 1.2).toFixed(1);
      parts.push(`<text x="${x.toFixed(1)}" y="${at}" text-anchor="middle" font-size="${size}" font-weight="${weight}" fill="${palette.text}" stroke="${palette.labelBackground}" stroke-width="3" paint-order="stroke">${escape(line)}</text>`);
    });
  const boxes = geometry.nodes.filter(({ id }) => nodes.get(id)?.shape === 'box').sort((a, b) => b.width * b.height - a.width * a.height);
  for (const box of boxes) {
    parts.push(`<rect x="${box.x.toFixed(1)}" y="${box.y.toFixed(1)}" width="${box.width.toFixed(1)}" height="${box.height.toFixed(1)}" rx="8" fill="${palette.boxFill}" stroke="${palette.boxBorder}"/>`);
  }
  for (const edge of geometry.edges) {
    const bend = { x: 2 * edge.middle.x - (edge.from.x + edge.to.x) / 2, y: 2 * edge.middle.y - (edge.from.y + edge.to.y) / 2 };
    const path = [edge.from, bend, edge.to].map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`);
    parts.push(`<path d="M${path[0]} Q${path[1]} ${path[2]}" fill="none" stroke="${edge.color}" stroke-width="2.5"${edges.get(edge.id)?.tone === 'idle' ? ' stroke-dasharray="6 4"' : ''}/>`);
    parts.push(arrow(bend, edge.to, edge.color, edges.get(edge.id)?.tone === 'tcp'));
  }
  for (const place of geometry.nodes) {
    const node = nodes.get(place.id);
    if (node === undefined) continue;
    const [x, y] = [place.x + place.width / 2, place.y + place.height / 2];
    if (node.shape === 'box') text(x, place.y + place.height + 12, node.label, 12, 600);
    else {
      parts.push(shape(node.shape, x, y, 16, place.color, palette.nodeFill));
      text(x, place.y + place.height + 14, node.label, 11, 500);
    }
  }
  for (const edge of geometry.edges) text(edge.middle.x, edge.middle.y, edges.get(edge.id)?.label ?? '', 10);
  const [width, height] = [right - left, bottom - top].map((value) => Math.round(value));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${left.toFixed(0)} ${top.toFixed(0)} ${width} ${height}" font-family="Red Hat Text, Helvetica, Arial, sans-serif"><rect x="${left.toFixed(0)}" y="${top.toFixed(0)}" width="${width}" height="${height}" fill="${palette.background}"/>${parts.join('')}</svg>`;
}

function shape(kind: SceneNode['shape'], x: number, y: number, r: number, stroke: string, fill: string): string {
  const style = `fill="${fill}" stroke="${stroke}" stroke-width="2.5"`;
  const polygon = (points: readonly (readonly [number, number])[]) => `<polygon points="${points.map(([dx, dy]) => `${(x + dx * r).toFixed(1)},${(y + dy * r).toFixed(1)}`).join(' ')}" ${style}/>`;
  switch (kind) {
    case 'square':
      return `<rect x="${(x - r).toFixed(1)}" y="${(y - r).toFixed(1)}" width="${2 * r}" height="${2 * r}" rx="3" ${style}/>`;
    case 'triangle':
      return polygon([[0, -1], [1, 1], [-1, 1]]);
    case 'hexagon':
      return polygon([[-1, 0], [-0.5, -0.9], [0.5, -0.9], [1, 0], [0.5, 0.9], [-0.5, 0.9]]);
    case 'plate':
      return polygon([[-1, -0.8], [1, -0.8], [0.75, 0], [1, 0.8], [-1, 0.8], [-0.75, 0]]);
    default:
      return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${r}" ${style}/>`;
  }
}

/** The head of an edge; that of TCP has a bar behind it, as on the canvas. */
function arrow(from: { readonly x: number; readonly y: number }, to: { readonly x: number; readonly y: number }, color: string, hasBar: boolean): string {
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  const place = (distance: number, turn: number) => [to.x - distance * Math.cos(angle + turn), to.y - distance * Math.sin(angle + turn)].map((value) => value.toFixed(1));
  const point = (turn: number) => place(9, turn).join();
  const [[x1, y1], [x2, y2]] = [place(11, 0.38), place(11, -0.38)];
  const bar = hasBar ? `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${color}" stroke-width="2"/>` : '';
  return `${bar}<polygon points="${to.x.toFixed(1)},${to.y.toFixed(1)} ${point(0.45)} ${point(-0.45)}" fill="${color}"/>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
