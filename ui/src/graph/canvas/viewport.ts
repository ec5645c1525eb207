import type { Point } from './layoutTypes';

export interface Bounds {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** What part of the graph the canvas shows: a point of the graph lies at `zoom * point + pan`. */
export interface Viewport {
  readonly zoom: number;
  readonly pan: Point;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const smallestZoom = 0.01;
export const largestZoom = 4;
const largestFitZoom = 1.35;
/** Room around a fitted graph; below it the control bar has its place. */
const margin = { side: 28, top: 28, bottom: 76 };

/** The part of a canvas that a fitted graph may fill. */
export function fitArea({ width, height }: Size): Size {
  return { width: width - 2 * margin.side, height: height - margin.top - margin.bottom };
}

/** Shows the whole graph. */
export function fitViewport(bounds: Bounds, canvas: Size): Viewport {
  const { width, height } = fitArea(canvas);
  const zoom = Math.max(smallestZoom, Math.min(largestFitZoom, width / (bounds.x2 - bounds.x1), height / (bounds.y2 - bounds.y1)));
  return centred(bounds, zoom, { x: canvas.width / 2, y: margin.top + height / 2 });
}

/** Shows an area, given by two of its corners; `null` when it is too small to have been meant. */
export function areaViewport(a: Point, b: Point, canvas: Size, presentZoom: number): Viewport | null {
  const area = { x1: Math.min(a.x, b.x), y1: Math.min(a.y, b.y), x2: Math.max(a.x, b.x), y2: Math.max(a.y, b.y) };
  const [width, height] = [area.x2 - area.x1, area.y2 - area.y1];
  if (width * presentZoom < 12 || height * presentZoom < 12) return null;
  return centred(area, Math.min(largestZoom, canvas.width / width, canvas.height / height), { x: canvas.width / 2, y: canvas.height / 2 });
}

/** Nearer or farther, with one point of the canvas staying where it is. */
export function zoomAround({ zoom, pan }: Viewport, factor: number, at: Point): Viewport {
  const next = Math.min(largestZoom, Math.max(smallestZoom, zoom * factor));
  return { zoom: next, pan: { x: at.x - ((at.x - pan.x) * next) / zoom, y: at.y - ((at.y - pan.y) * next) / zoom } };
}

function centred(bounds: Bounds, zoom: number, at: Point): Viewport {
  return { zoom, pan: { x: at.x - (zoom * (bounds.x1 + bounds.x2)) / 2, y: at.y - (zoom * (bounds.y1 + bounds.y2)) / 2 } };
}
