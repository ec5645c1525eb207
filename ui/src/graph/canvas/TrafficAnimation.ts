import type { Core, EdgeSingular } from 'cytoscape';
import type { SceneEdge } from '../scene';
import type { Palette } from './palette';
import { edgeFontSize } from './nodeSize';

interface Stream {
  readonly edge: SceneEdge;
  /** Dots per second. */
  readonly density: number;
  /** Seconds from end to end. */
  readonly travel: number;
  readonly phase: number;
}

/**
 * Dots that run along the edges, on a canvas of their own above the graph: the more the higher the rate,
 * the slower the longer the responses take, red diamonds for errors. Where a dot is follows from the time alone.
 */
export class TrafficAnimation {
  private readonly canvas: HTMLCanvasElement;
  private streams: readonly Stream[] = [];
  private enabled = false;
  private frame = 0;
  private fontSize = edgeFontSize;

  constructor(
    private readonly host: HTMLElement,
    private readonly cy: Core,
    private palette: Palette,
  ) {
    this.canvas = document.createElement('canvas');
    this.canvas.setAttribute('aria-hidden', 'true');
    Object.assign(this.canvas.style, { position: 'absolute', inset: '0', width: '100%', height: '100%', pointerEvents: 'none', zIndex: '5' });
    host.appendChild(this.canvas);
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
    this.canvas.remove();
  }

  setPalette(palette: Palette): void {
    this.palette = palette;
  }

  setFontSize(fontSize: number): void {
    this.fontSize = fontSize;
  }

  setEnabled(enabled: boolean): void {
    this.enabled = enabled;
    this.restart();
  }

  setEdges(edges: readonly SceneEdge[]): void {
    const most = (tcp: boolean) => Math.max(0, ...edges.filter((edge) => (edge.protocol === 'tcp') === tcp).map((edge) => edge.rate));
    const [mostRequests, mostBytes] = [most(false), most(true)];
    this.streams = edges.filter((edge) => edge.rate > 0).map((edge) => stream(edge, mostRequests, mostBytes));
    this.restart();
  }

  private restart(): void {
    cancelAnimationFrame(this.frame);
    if (this.enabled && this.streams.length > 0) this.frame = requestAnimationFrame(this.draw);
    // A new size empties the canvas, wherever the last frame had moved its corner to.
    else this.canvas.width = 0;
  }

  private readonly draw = (now: number): void => {
    this.frame = requestAnimationFrame(this.draw);
    const context = this.canvas.getContext('2d');
    if (!context) return;
    const ratio = window.devicePixelRatio;
    const [width, height] = [Math.round(this.host.clientWidth * ratio), Math.round(this.host.clientHeight * ratio)];
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    const [zoom, pan] = [this.cy.zoom(), this.cy.pan()];
    if (zoom < 0.25) return;
    context.setTransform(ratio * zoom, 0, 0, ratio * zoom, ratio * pan.x, ratio * pan.y);
    for (const item of this.streams) this.drawStream(context, item, now / 1000);
    context.globalAlpha = 1;
  };

  private drawStream(context: CanvasRenderingContext2D, item: Stream, seconds: number): void {
    const element = this.cy.getElementById(item.edge.id) as unknown as EdgeSingular;
    if (element.empty() || element.target().hasClass('unplaced')) return;
    context.globalAlpha = element.hasClass('dim') ? 0.12 : 1;
    const path = pathOf(element);
    if (path === null) return;
    const clock = (seconds + item.phase) * item.density;
    const newest = Math.floor(clock);
    const middle = path(0.5);
    const label = labelArea(item.edge, { x: middle.x + Number(element.data('labelX')), y: middle.y + Number(element.data('labelY')) }, this.fontSize);
    for (let i = newest; i > clock - item.density * item.travel; i--) {
      const point = path((clock - i) / item.density / item.travel);
      if (Math.abs(point.x - label.x) < label.halfWidth && Math.abs(point.y - label.y) < label.halfHeight) continue;
      this.drawDot(context, point, item.edge, isError(item.edge, i));
    }
  }

  private drawDot(context: CanvasRenderingContext2D, { x, y }: Point, edge: SceneEdge, error: boolean): void {
    context.beginPath();
    if (error) {
      context.moveTo(x, y - 5);
      context.lineTo(x + 5, y);
      context.lineTo(x, y + 5);
      context.lineTo(x - 5, y);
      context.closePath();
    } else context.arc(x, y, edge.protocol === 'tcp' ? 2.2 : 3.2, 0, 2 * Math.PI);
    context.fillStyle = error ? this.palette.edge.failure : edge.protocol === 'tcp' ? this.palette.edge.tcp : this.palette.nodeFill;
    context.fill();
    context.lineWidth = 1.6;
    context.strokeStyle = error ? this.palette.nodeFill : this.palette.edge[edge.tone];
    context.stroke();
  }
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The dots pass below the label. */
function labelArea(edge: SceneEdge, { x, y }: Point, fontSize: number) {
  const lines = edge.label === '' ? [] : edge.label.split('\n');
  const longest = Math.max(0, ...lines.map((line) => line.length)) + (edge.locked ? 2 : 0);
  return { x, y, halfWidth: longest === 0 ? 0 : longest * fontSize * 0.29 + 4, halfHeight: lines.length * fontSize * 0.6 + 4 };
}

/** Full density for the busiest edge of its kind, at least a fifth of a dot per second for the quietest. */
function stream(edge: SceneEdge, mostRequests: number, mostBytes: number): Stream {
  const most = edge.protocol === 'tcp' ? mostBytes : mostRequests;
  const absolute = edge.protocol === 'tcp' ? edge.rate / 20 : edge.rate;
  const density = Math.min(Math.max(0.25, 3.5 * Math.sqrt(edge.rate / most)), Math.max(0.5, absolute));
  const travel = Math.min(10, 2 + Math.max(0, (edge.responseTime ?? 0) / 1000) * 0.8);
  return { edge, density, travel, phase: (hash(edge.id) % 1000) / 100 };
}

function isError(edge: SceneEdge, index: number): boolean {
  return edge.errorPercent > 0 && hash(`${edge.id}${index}`) % 1000 < edge.errorPercent * 10;
}

/** The edge as a function from 0 (source) to 1 (target). */
function pathOf(edge: EdgeSingular): ((t: number) => Point) | null {
  // An edge that takes up no space, one of its ends being hidden, has no ends.
  const [start, end] = [edge.sourceEndpoint() as Point | undefined, edge.targetEndpoint() as Point | undefined];
  if (!start || !end || !Number.isFinite(start.x) || !Number.isFinite(end.x)) return null;
  const control = edge.controlPoints() as Point[] | undefined;
  const [first, last] = [control?.[0], control?.[control.length - 1]];
  if (!first || !last) return (t) => ({ x: start.x + (end.x - start.x) * t, y: start.y + (end.y - start.y) * t });
  if (first === last) return (t) => quadratic(start, first, end, t);
  const middle = { x: (first.x + last.x) / 2, y: (first.y + last.y) / 2 };
  return (t) => (t < 0.5 ? quadratic(start, first, middle, 2 * t) : quadratic(middle, last, end, 2 * t - 1));
}

function quadratic(a: Point, b: Point, c: Point, t: number): Point {
  const u = 1 - t;
  return { x: u * u * a.x + 2 * u * t * b.x + t * t * c.x, y: u * u * a.y + 2 * u * t * b.y + t * t * c.y };
}

function hash(text: string): number {
  let value = 2166136261;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 16777619);
  return value >>> 0;
}
