import type { NodeTone } from '../../scene';
import type { EdgeTone } from '../../traffic';
import type { Palette } from '../palette';
import type { Bounds, Size, Viewport } from '../viewport';
import { straight, type Curves } from './curves';
import type { Field, FieldEdge, FieldNode } from './field';
import { loopRadius } from './inField';
import { paintBoxLabels, paintEdgeLabels, paintNodeLabels } from './paintText';
import { paintImages, traceShape, type ImageSource } from './paintNode';

/** What stands out of a field. */
export interface Marks {
  readonly selected: string | null;
  /** The path through what is selected or traced; all else steps back. `null`: nothing is. */
  readonly bright: ReadonlySet<string> | null;
}

export interface Picture {
  readonly field: Field;
  readonly marks: Marks;
  readonly viewport: Viewport;
  /** In pixels of the page; the canvas has `ratio` times as many. */
  readonly size: Size;
  readonly ratio: number;
  readonly palette: Palette;
  readonly images: ImageSource;
  /** How edges are bent where they are looked at from near. */
  readonly curves: Curves;
  /** The same view drawn without marks, as large as the canvas: what steps back is taken from it instead of being drawn anew. `null`: there is none. */
  readonly backdrop?: CanvasImageSource | null;
}

/** From these zooms on there is room for details. */
export const detail = { shapes: 0.16, arrows: 0.3, nodeLabels: 0.5, edgeLabels: 0.75, images: 0.35 };
const edgeTones: readonly EdgeTone[] = ['idle', 'healthy', 'tcp', 'degraded', 'failure'];
const nodeTones: readonly NodeTone[] = ['plain', 'idle', 'healthy', 'degraded', 'failure'];
const dimmed = 0.13;
/** In pixels of the screen. */
const ringRadius = 9;

/** Draws a field. All that looks the same is one path: thousands of lines take a few milliseconds. */
export function paint(context: CanvasRenderingContext2D, picture: Picture): void {
  const { viewport, size, ratio, palette, field, marks } = picture;
  const { zoom, pan } = viewport;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalAlpha = 1;
  context.fillStyle = palette.background;
  context.fillRect(0, 0, size.width * ratio, size.height * ratio);
  context.setTransform(ratio * zoom, 0, 0, ratio * zoom, ratio * pan.x, ratio * pan.y);
  const view = { x1: -pan.x / zoom - 40, y1: -pan.y / zoom - 60, x2: (size.width - pan.x) / zoom + 40, y2: (size.height - pan.y) / zoom + 40 };
  const nodes = field.nodes.filter(({ x, y }) => x > view.x1 && x < view.x2 && y > view.y1 && y < view.y2);
  const edges = field.edges.filter((edge) => crosses(edge, view));
  const curves = zoom > detail.arrows ? picture.curves : straight;
  const isBright = (id: string) => marks.bright === null || marks.bright.has(id);

  paintBoxes(context, picture);
  paintHalos(context, picture, nodes, edges, curves);
  for (const bright of [false, true]) {
    context.globalAlpha = bright ? 1 : dimmed;
    if (!bright && marks.bright === null) continue;
    if (!bright && picture.backdrop) {
      paintBackdrop(context, picture.backdrop);
      continue;
    }
    paintEdges(context, edges.filter(({ edge }) => isBright(edge.id) === bright), curves, zoom, palette, marks.selected);
    paintNodes(context, nodes.filter(({ id }) => isBright(id) === bright), zoom, palette, marks.selected);
  }
  context.globalAlpha = 1;
  const bright = nodes.filter(({ id }) => isBright(id));
  if (zoom > detail.images) paintImages(context, bright, palette, picture.images);
  if (zoom > detail.nodeLabels) paintNodeLabels(context, bright, palette);
  if (zoom > detail.edgeLabels) paintEdgeLabels(context, edges.filter(({ edge }) => isBright(edge.id)), curves, nodes, palette);
  paintBoxLabels(context, field.boxes, zoom, palette);
}

/** Thousands of faint lines for the price of one picture. */
function paintBackdrop(context: CanvasRenderingContext2D, backdrop: CanvasImageSource): void {
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.drawImage(backdrop, 0, 0);
  context.restore();
}

/** Whether any part of the edge's rectangle is in view; a bend goes no further beyond it than the view is wider than the screen. */
function crosses({ from, to }: FieldEdge, view: Bounds): boolean {
  return Math.max(from.x, to.x) > view.x1 && Math.min(from.x, to.x) < view.x2 && Math.max(from.y, to.y) > view.y1 && Math.min(from.y, to.y) < view.y2;
}

function paintBoxes(context: CanvasRenderingContext2D, { field, palette, viewport, marks }: Picture): void {
  for (const box of field.boxes) {
    const isSelected = box.id === marks.selected;
    context.beginPath();
    context.roundRect(box.x1, box.y1, box.x2 - box.x1, box.y2 - box.y1, 8);
    context.fillStyle = box.node.box === 'app' ? palette.boxFillInner : palette.boxFill;
    if (box.node.box !== 'cluster') context.fill();
    context.setLineDash(box.node.box === 'cluster' ? [6, 4] : []);
    context.strokeStyle = isSelected ? palette.selected : box.node.box === 'app' ? palette.node[box.node.tone] : palette.boxBorder;
    context.lineWidth = Math.max(isSelected ? 3 : 1, (isSelected ? 3 : 1) / viewport.zoom);
    context.stroke();
  }
  context.setLineDash([]);
}

/** What find has found and where the trace has been. */
function paintHalos(context: CanvasRenderingContext2D, { palette }: Picture, nodes: readonly FieldNode[], edges: readonly FieldEdge[], curves: Curves): void {
  context.globalAlpha = 0.45;
  for (const [color, has] of [[palette.found, 'found'], [palette.traced, 'traced']] as const) {
    context.beginPath();
    for (const { x, y, node } of nodes) if (node[has]) context.rect(x - 27, y - 27, 54, 54);
    context.fillStyle = color;
    context.fill();
    context.beginPath();
    for (const item of edges) if (item.edge[has]) traceEdge(context, item, curves);
    context.strokeStyle = color;
    context.lineWidth = 14;
    context.stroke();
  }
}

function paintEdges(context: CanvasRenderingContext2D, edges: readonly FieldEdge[], curves: Curves, zoom: number, palette: Palette, selected: string | null): void {
  const line = (color: string, width: number, items: readonly FieldEdge[], isDashed: boolean) => {
    if (items.length === 0) return;
    context.beginPath();
    for (const item of items) traceEdge(context, item, curves);
    context.strokeStyle = color;
    context.lineWidth = Math.max(width, width / 3 / zoom);
    context.setLineDash(isDashed && zoom > detail.arrows ? [6, 4] : []);
    context.stroke();
    context.setLineDash([]);
    if (zoom > detail.arrows) paintArrows(context, items, curves, color);
  };
  const alpha = context.globalAlpha;
  for (const tone of edgeTones) {
    // From afar a mesh is a web of lines: what is well steps back before what is not.
    context.globalAlpha = alpha * (zoom < detail.arrows && tone !== 'failure' && tone !== 'degraded' ? 0.5 : 1);
    line(palette.edge[tone], tone === 'idle' ? 1.5 : tone === 'failure' ? 3 : 2.2, edges.filter(({ edge }) => edge.tone === tone && edge.id !== selected), tone === 'idle');
  }
  context.globalAlpha = alpha;
  for (const item of edges.filter(({ edge }) => edge.id === selected)) {
    // Its own color stays: blue would read as TCP.
    context.globalAlpha = 0.3;
    line(palette.selected, 16, [item], false);
    context.globalAlpha = 1;
    line(palette.edge[item.edge.tone], 4, [item], false);
  }
  context.globalAlpha = alpha;
}

function traceEdge(context: CanvasRenderingContext2D, item: FieldEdge, curves: Curves): void {
  const { from, to, isLoop } = item;
  if (isLoop) {
    context.moveTo(to.x + loopRadius, to.y);
    context.arc(to.x, to.y, loopRadius, 0, 2 * Math.PI);
    return;
  }
  context.moveTo(from.x, from.y);
  const control = curves(item);
  if (control === null) context.lineTo(to.x, to.y);
  else context.quadraticCurveTo(control.x, control.y, to.x, to.y);
}

/** The head of an edge; that of TCP has a bar behind it. */
function paintArrows(context: CanvasRenderingContext2D, edges: readonly FieldEdge[], curves: Curves, color: string): void {
  context.beginPath();
  for (const item of edges) {
    const { edge, to, isLoop } = item;
    if (isLoop) continue;
    const from = curves(item) ?? item.from;
    const length = Math.max(1, Math.hypot(to.x - from.x, to.y - from.y));
    const [dx, dy] = [(to.x - from.x) / length, (to.y - from.y) / length];
    const corner = (back: number, aside: number) => [to.x - dx * back - dy * aside, to.y - dy * back + dx * aside] as const;
    context.moveTo(to.x, to.y);
    context.lineTo(...corner(9, 4.5));
    context.lineTo(...corner(9, -4.5));
    context.closePath();
    if (edge.protocol !== 'tcp') continue;
    context.moveTo(...corner(10, 5));
    context.lineTo(...corner(12, 5));
    context.lineTo(...corner(12, -5));
    context.lineTo(...corner(10, -5));
    context.closePath();
  }
  context.fillStyle = color;
  context.fill();
}

function paintNodes(context: CanvasRenderingContext2D, nodes: readonly FieldNode[], zoom: number, palette: Palette, selected: string | null): void {
  const shapes = (color: string, width: number, items: readonly FieldNode[], isDashed: boolean) => {
    if (items.length === 0) return;
    context.beginPath();
    for (const item of items) traceShape(context, item);
    context.fillStyle = zoom > detail.shapes ? palette.nodeFill : color;
    context.fill();
    context.strokeStyle = color;
    context.lineWidth = Math.max(width, 1.2 / zoom);
    context.setLineDash(isDashed ? [5, 4] : []);
    context.stroke();
    context.setLineDash([]);
  };
  for (const tone of nodeTones) {
    for (const faded of [true, false]) {
      shapes(palette.node[tone], 2.5, nodes.filter(({ node, id }) => node.tone === tone && node.faded === faded && id !== selected), faded);
    }
  }
  const chosen = nodes.filter(({ id }) => id === selected);
  shapes(palette.selected, 4.5, chosen, false);
  if (zoom < detail.arrows) paintRings(context, chosen, zoom, palette);
}

/** From afar a node is a dot: a ring of a fixed size on the screen tells where the chosen one is. */
function paintRings(context: CanvasRenderingContext2D, nodes: readonly FieldNode[], zoom: number, palette: Palette): void {
  context.beginPath();
  for (const { x, y } of nodes) {
    context.moveTo(x + ringRadius / zoom, y);
    context.arc(x, y, ringRadius / zoom, 0, 2 * Math.PI);
  }
  context.strokeStyle = palette.selected;
  context.lineWidth = 3 / zoom;
  context.stroke();
}
