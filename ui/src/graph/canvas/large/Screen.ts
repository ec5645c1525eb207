import type { Point } from '../layoutTypes';
import type { Size, Viewport } from '../viewport';
import { paint, type Marks, type Picture } from './paint';

/** What a frame may cost for the graph to be drawn anew in every frame of a movement. */
const frameBudget = 14;
/** So long after the last movement it is at rest. */
const restTime = 120;

const noMarks: Marks = { selected: null, bright: null };

/** Whether two pictures differ in their marks at most. */
function showsSame(a: Picture | null, b: Picture): boolean {
  return a !== null && a.field === b.field && a.curves === b.curves && a.palette === b.palette && a.viewport === b.viewport && a.size === b.size && a.ratio === b.ratio;
}

/** The canvas of a large graph: at most one drawing per frame, and while the graph moves faster than it can be drawn, its last picture, moved. */
export class Screen {
  size: Size = { width: 0, height: 0 };
  private readonly canvas = document.createElement('canvas');
  private readonly last = document.createElement('canvas');
  /** The picture without marks, as long as it holds: a selection only draws what stands out over it. */
  private readonly plain = document.createElement('canvas');
  private plainOf: Picture | null = null;
  private readonly resizing: ResizeObserver;
  private drawn: Viewport = { zoom: 1, pan: { x: 0, y: 0 } };
  private cost = 0;
  private frame = 0;
  private rest: ReturnType<typeof setTimeout> | undefined;
  private moving: Viewport | null = null;
  private area: { readonly from: Point; readonly to: Point; readonly color: string } | null = null;

  constructor(
    host: HTMLElement,
    private readonly picture: (size: Size) => Picture,
    resized: () => void,
  ) {
    Object.assign(this.canvas.style, { position: 'absolute', inset: '0', width: '100%', height: '100%', touchAction: 'none' });
    host.appendChild(this.canvas);
    const measure = () => {
      this.size = { width: host.clientWidth, height: host.clientHeight };
      this.plainOf = null;
      for (const canvas of [this.canvas, this.last, this.plain]) {
        Object.assign(canvas, { width: Math.round(this.size.width * window.devicePixelRatio), height: Math.round(this.size.height * window.devicePixelRatio) });
      }
    };
    measure();
    this.resizing = new ResizeObserver(() => {
      measure();
      resized();
      this.redraw();
    });
    this.resizing.observe(host);
  }

  dispose(): void {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.rest);
    this.resizing.disconnect();
    this.canvas.remove();
  }

  /** What is shown has changed. */
  redraw(): void {
    this.moving = null;
    this.schedule();
  }

  /** What was drawn without some image is to be drawn with it. */
  redrawAll(): void {
    this.plainOf = null;
    this.redraw();
  }

  /** Only the place it is looked at from has changed. */
  move(viewport: Viewport): void {
    clearTimeout(this.rest);
    this.moving = this.cost > frameBudget ? viewport : null;
    if (this.moving) this.rest = setTimeout(() => this.redraw(), restTime);
    this.schedule();
  }

  /** A rectangle above the graph. */
  outline(area: { readonly from: Point; readonly to: Point } | null, color: string): void {
    if (area === null && this.area === null) return;
    this.area = area && { ...area, color };
    this.schedule();
  }

  private schedule(): void {
    if (this.frame === 0) {
      this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        this.draw();
      });
    }
  }

  private draw(): void {
    const [context, lastContext] = [this.canvas.getContext('2d'), this.last.getContext('2d')];
    if (!context || !lastContext || this.canvas.width === 0 || this.canvas.height === 0) return;
    const picture = this.picture(this.size);
    if (this.moving === null && this.area === null) {
      const started = performance.now();
      this.paintMarked(lastContext, picture);
      this.drawn = picture.viewport;
      this.cost = performance.now() - started;
    }
    const { zoom, pan } = this.moving ?? this.drawn;
    const scale = zoom / this.drawn.zoom;
    const ratio = picture.ratio;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = picture.palette.background;
    context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    context.setTransform(scale, 0, 0, scale, ratio * (pan.x - this.drawn.pan.x * scale), ratio * (pan.y - this.drawn.pan.y * scale));
    context.drawImage(this.last, 0, 0);
    if (this.area) this.drawArea(context, ratio);
  }

  /** The picture without marks, drawn only when it has changed, and over its faint copy what is marked. */
  private paintMarked(context: CanvasRenderingContext2D, picture: Picture): void {
    const plainContext = this.plain.getContext('2d');
    if (!plainContext) return paint(context, picture);
    if (!showsSame(this.plainOf, picture)) {
      this.plainOf = null;
      paint(plainContext, { ...picture, marks: noMarks });
      this.plainOf = picture;
    }
    if (picture.marks.bright !== null) return paint(context, { ...picture, backdrop: this.plain });
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalAlpha = 1;
    context.drawImage(this.plain, 0, 0);
  }

  private drawArea(context: CanvasRenderingContext2D, ratio: number): void {
    if (this.area === null) return;
    const { from, to, color } = this.area;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.strokeStyle = color;
    context.lineWidth = 1;
    context.setLineDash([4, 3]);
    context.strokeRect(from.x, from.y, to.x - from.x, to.y - from.y);
    context.setLineDash([]);
  }
}
