import { edgeFontSize, nodeFontSize, shapeSizes } from '../nodeSize';
import type { Palette } from '../palette';
import { onCurve } from '../bend';
import type { Curves } from './curves';
import type { FieldBox, FieldEdge, FieldNode } from './field';

const lineHeight = 1.2;

export function paintNodeLabels(context: CanvasRenderingContext2D, nodes: readonly FieldNode[], palette: Palette): void {
  font(context, palette, 500, nodeFontSize);
  for (const { x, y, node } of nodes) paintLines(context, node.label, x, y + shapeSizes[node.shape].height / 2 + 5, nodeFontSize, node.faded ? palette.subtle : palette.text, palette);
}

/** In the middle of the edges, where neither a node nor another label is. */
export function paintEdgeLabels(context: CanvasRenderingContext2D, edges: readonly FieldEdge[], curves: Curves, nodes: readonly FieldNode[], palette: Palette): void {
  font(context, palette, 400, edgeFontSize);
  const taken = new Set<string>();
  const cells = (x: number, y: number, width: number, height: number): string[] => {
    const found: string[] = [];
    for (let i = Math.floor((x - width / 2) / 20); i <= Math.floor((x + width / 2) / 20); i++) {
      for (let j = Math.floor((y - height / 2) / 12); j <= Math.floor((y + height / 2) / 12); j++) found.push(`${i} ${j}`);
    }
    return found;
  };
  for (const { x, y } of nodes) for (const cell of cells(x, y, 36, 36)) taken.add(cell);
  for (const item of edges) {
    const { edge, from, to } = item;
    if (edge.label === '') continue;
    const lines = edge.label.split('\n');
    const [width, height] = [Math.max(...lines.map((line) => line.length)) * edgeFontSize * 0.56, lines.length * edgeFontSize * lineHeight];
    const control = curves(item) ?? { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
    for (const share of [0.5, 0.35, 0.65]) {
      const { x, y } = onCurve(from, control, to, share);
      const wanted = cells(x, y, width, height);
      if (wanted.some((cell) => taken.has(cell))) continue;
      for (const cell of wanted) taken.add(cell);
      const lock = edge.locked ? '\ue923 ' : '';
      paintLines(context, lock + edge.label, x, y - height / 2, edgeFontSize, palette.text, palette);
      break;
    }
  }
}

/** Names of boxes keep their size on the screen, as far as their box is wide enough for them. */
export function paintBoxLabels(context: CanvasRenderingContext2D, boxes: readonly FieldBox[], zoom: number, palette: Palette): void {
  for (const box of boxes) {
    if (box.node.box === 'app' && zoom < 0.5) continue;
    const fitting = (1.1 * (box.x2 - box.x1)) / Math.max(1, box.node.label.length * 0.6);
    const size = Math.max(12, Math.min(12 / zoom, fitting));
    if (size * zoom < 6) continue;
    font(context, palette, 600, size);
    paintLines(context, box.node.label, (box.x1 + box.x2) / 2, box.y2 - size * 0.6, size, palette.text, palette);
  }
}

function font(context: CanvasRenderingContext2D, palette: Palette, weight: number, size: number): void {
  context.font = `${weight} ${size}px ${palette.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'top';
}

/** Lines of text, one below the other, each on the background of labels. */
function paintLines(context: CanvasRenderingContext2D, text: string, x: number, top: number, size: number, color: string, palette: Palette): void {
  text.split('\n').forEach((line, i) => {
    const [width, y] = [context.measureText(line).width, top + i * size * lineHeight];
    context.globalAlpha = 0.88;
    context.fillStyle = palette.labelBackground;
    context.fillRect(x - width / 2 - size * 0.2, y - size * 0.1, width + size * 0.4, size * lineHeight);
    context.globalAlpha = 1;
    context.fillStyle = color;
    context.fillText(line, x, y);
  });
}
