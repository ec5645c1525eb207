import type { Point } from '../layoutTypes';
import { zoomAround, type Viewport } from '../viewport';

/** What a pointer can do with a canvas. Points are pixels of the canvas. */
export interface PointerTarget {
  readonly viewport: () => Viewport;
  readonly setViewport: (viewport: Viewport) => void;
  /** What lies there. */
  readonly at: (point: Point) => string | null;
  readonly isNode: (id: string) => boolean;
  readonly moveNode: (id: string, to: Point) => void;
  readonly hover: (id: string | null, point: Point) => void;
  readonly tap: (id: string | null) => void;
  readonly open: (id: string) => void;
  readonly menu: (id: string, point: Point) => void;
  /** A rectangle is being drawn; `null`: no longer. */
  readonly area: (area: { readonly from: Point; readonly to: Point } | null) => void;
  readonly zoomTo: (from: Point, to: Point) => void;
}

/** So far a pointer may go between down and up for it to be a click. */
const clickReach = 4;

type Drag = { readonly kind: 'pan' | 'area' | 'node'; readonly start: Point; readonly id: string | null; last: Point; hasMoved: boolean };

/** Turns mouse and touch into clicks, pans, zooms, drags of nodes and areas. `dispose` ends it. */
export class PointerControl {
  private readonly ending = new AbortController();
  private readonly pointers = new Map<number, Point>();
  private drag: Drag | null = null;

  constructor(
    private readonly host: HTMLElement,
    private readonly target: PointerTarget,
  ) {
    const options = { signal: this.ending.signal };
    host.addEventListener('pointerdown', (event) => this.down(event), options);
    host.addEventListener('pointermove', (event) => this.move(event), options);
    host.addEventListener('pointerup', (event) => this.up(event), options);
    host.addEventListener('pointercancel', (event) => this.forget(event), options);
    host.addEventListener('pointerleave', () => this.target.hover(null, { x: 0, y: 0 }), options);
    host.addEventListener('wheel', (event) => this.wheel(event), { ...options, passive: false });
    host.addEventListener('dblclick', (event) => {
      const id = this.target.at(this.place(event));
      if (id !== null) this.target.open(id);
    }, options);
    host.addEventListener('contextmenu', (event) => {
      event.preventDefault();
      const id = this.target.at(this.place(event));
      if (id !== null) this.target.menu(id, this.place(event));
    }, options);
  }

  dispose(): void {
    this.ending.abort();
  }

  private place(event: MouseEvent): Point {
    const { left, top } = this.host.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0) return;
    const start = this.place(event);
    this.pointers.set(event.pointerId, start);
    const id = this.target.at(start);
    const kind = event.shiftKey || event.ctrlKey ? 'area' : id !== null && this.target.isNode(id) ? 'node' : 'pan';
    this.drag = { kind, start, id, last: start, hasMoved: false };
  }

  private move(event: PointerEvent): void {
    const point = this.place(event);
    const before = this.pointers.get(event.pointerId);
    if (before === undefined || this.drag === null) {
      if (event.buttons === 0) this.target.hover(this.target.at(point), point);
      return;
    }
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.pointers.set(event.pointerId, point);
    if (other) this.pinch(before, point, other);
    else this.pull(this.drag, point, event.pointerId);
  }

  private pull(drag: Drag, point: Point, pointer: number): void {
    if (!drag.hasMoved && Math.hypot(point.x - drag.start.x, point.y - drag.start.y) < clickReach) return;
    if (!drag.hasMoved) {
      this.host.setPointerCapture(pointer);
      this.target.hover(null, point);
    }
    drag.hasMoved = true;
    const { zoom, pan } = this.target.viewport();
    if (drag.kind === 'area') this.target.area({ from: drag.start, to: point });
    else if (drag.kind === 'node' && drag.id !== null) this.target.moveNode(drag.id, { x: (point.x - pan.x) / zoom, y: (point.y - pan.y) / zoom });
    else this.target.setViewport({ zoom, pan: { x: pan.x + point.x - drag.last.x, y: pan.y + point.y - drag.last.y } });
    drag.last = point;
  }

  private pinch(before: Point, now: Point, other: Point): void {
    if (this.drag) this.drag.hasMoved = true;
    const distance = (point: Point) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    this.target.setViewport(zoomAround(this.target.viewport(), distance(now) / distance(before), middle));
  }

  private up(event: PointerEvent): void {
    const drag = this.drag;
    this.forget(event);
    if (drag === null || event.button !== 0) return;
    if (!drag.hasMoved) this.target.tap(drag.id);
    else if (drag.kind === 'area') this.target.zoomTo(drag.start, this.place(event));
  }

  private forget(event: PointerEvent): void {
    this.pointers.delete(event.pointerId);
    this.drag = null;
    this.target.area(null);
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1;
    const factor = Math.exp(-Math.max(-120, Math.min(120, event.deltaY * lines)) / 400);
    this.target.setViewport(zoomAround(this.target.viewport(), factor, this.place(event)));
  }
}
