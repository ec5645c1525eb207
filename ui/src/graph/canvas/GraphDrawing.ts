import type { LayoutName } from '../graphState';
import type { Scene } from '../scene';
import type { Direction } from './neighbour';
import type { Point } from './layoutTypes';
import type { Palette } from './palette';

/** What a canvas tells of. */
export interface GraphViewEvents {
  /** An element was clicked; `null`: the background. */
  readonly select: (id: string | null) => void;
  /** A node was double-clicked or entered by key. */
  readonly open: (id: string) => void;
  readonly menu: (id: string, x: number, y: number) => void;
  /** The mouse is over an element, at a place of the canvas; `null`: over none. */
  readonly hover: (id: string | null, x: number, y: number) => void;
  /** A layout runs (`true`) or has ended. */
  readonly busy: (busy: boolean) => void;
  /** The share of a running layout that is done, from 0 to 1, where the layout can tell. */
  readonly progress: (done: number) => void;
  readonly failed: (error: Error) => void;
}

/** The places of a drawn scene. Edges bend through their middle. */
export interface SceneGeometry {
  readonly nodes: readonly { readonly id: string; readonly x: number; readonly y: number; readonly width: number; readonly height: number; readonly color: string }[];
  readonly edges: readonly { readonly id: string; readonly from: Point; readonly to: Point; readonly middle: Point; readonly color: string }[];
  readonly palette: Palette;
}

/**
 * A canvas that shows scenes, keeps every position from one scene to the next, and tells of clicks.
 * A scene with another `layoutKey` is laid out anew; under the same key, once settled, only new nodes are placed.
 */
export interface GraphDrawing {
  readonly destroy: () => void;
  readonly setPalette: (palette: Palette) => void;
  readonly setAnimated: (animated: boolean) => void;
  readonly setScene: (scene: Scene, layout: LayoutName, layoutKey: string) => void;
  readonly select: (id: string | null) => void;
  /** Lays the present scene out anew and shows all of it. */
  readonly relayout: (layout: LayoutName) => void;
  /** Ends a running layout: everything stays where it is, and what has no place yet gets one in a grid. */
  readonly cancelLayout: () => void;
  readonly zoomBy: (factor: number) => void;
  readonly panBy: (x: number, y: number) => void;
  readonly fit: () => void;
  /** The whole graph as a picture, larger than it is drawn. */
  readonly png: () => Promise<Blob>;
  /** Where everything lies, for drawings of other kinds. */
  readonly geometry: () => SceneGeometry;
  /** The nearest node in a direction from the given one; the leftmost when that is none. */
  readonly neighbourOf: (id: string | null, direction: Direction) => string | null;
  /** Where an element lies on the canvas, in pixels; `null` where it does not lie anywhere. */
  readonly placeOf: (id: string) => Point | null;
}
