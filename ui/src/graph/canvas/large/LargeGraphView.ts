import type { LayoutName } from '../../graphState';
import type { Scene } from '../../scene';
import { Arranger } from '../Arranger';
import type { GraphDrawing, GraphViewEvents, SceneGeometry } from '../GraphDrawing';
import type { Point } from '../layoutTypes';
import { nearestNode, type Direction } from '../neighbour';
import { columnGap, measureNodes, nodeCentre, shapeSizes } from '../nodeSize';
import type { Palette } from '../palette';
import { fillStage, placeNewNodes } from '../placement';
import { areaViewport, fitArea, fitViewport, zoomAround, type Size, type Viewport } from '../viewport';
import { onCurve } from '../bend';
import { curvesOf, straight, type Curves } from './curves';
import { buildField, type Field, type FieldEdge } from './field';
import { elementAt } from './inField';
import { standingOut } from './path';
import { detail, paint, type Marks, type Picture } from './paint';
import { PointerControl } from './PointerControl';
import { Screen } from './Screen';

const nothing: Scene = { nodes: [], edges: [] };
const edgeReach = 6;
/** The longest side of an exported picture. */
const mostPixels = 8000;

/**
 * Draws graphs of thousands of nodes: straight lines from afar, bent around nodes from near, and details only where there is room for them. Every frame is drawn from plain data, so that a
 * selection or a refresh costs one frame; while the graph moves faster than it can be drawn, its last picture moves in its place.
 */
export class LargeGraphView implements GraphDrawing {
  private readonly arranger: Arranger;
  private readonly screen: Screen;
  private readonly pointer: PointerControl;
  private readonly images = new Map<string, HTMLImageElement>();
  private readonly places = new Map<string, Point>();
  private scene: Scene = nothing;
  private field: Field = buildField(nothing, new Map());
  private curves: Curves = curvesOf(this.field);
  private marks: Marks = { selected: null, bright: null };
  private viewport: Viewport = { zoom: 1, pan: { x: 0, y: 0 } };
  private touched = false;

  constructor(
    private readonly host: HTMLElement,
    private palette: Palette,
    private readonly events: GraphViewEvents,
  ) {
    this.arranger = new Arranger(events);
    this.screen = new Screen(host, (size) => this.picture(this.viewport, size), () => {
      if (!this.touched) this.fit();
    });
    this.pointer = new PointerControl(host, {
      viewport: () => this.viewport,
      setViewport: (viewport) => this.show(viewport),
      at: (point) => this.at(point),
      isNode: (id) => this.places.has(id),
      moveNode: (id, to) => this.moveNode(id, to),
      hover: (id, point) => {
        this.host.style.cursor = id === null ? '' : 'pointer';
        this.events.hover(id, point.x, point.y);
      },
      tap: (id) => this.events.select(id),
      open: (id) => this.events.open(id),
      menu: (id, { x, y }) => this.events.menu(id, x, y),
      area: (area) => this.screen.outline(area, this.palette.selected),
      zoomTo: (from, to) => {
        const viewport = areaViewport(this.inGraph(from), this.inGraph(to), this.screen.size, this.viewport.zoom);
        if (viewport) this.show(viewport);
      },
    });
  }

  destroy(): void {
    this.arranger.dispose();
    this.pointer.dispose();
    this.screen.dispose();
    this.host.style.cursor = '';
  }

  setPalette(palette: Palette): void {
    this.palette = palette;
    this.screen.redraw();
  }

  /** Thousands of dots would show nothing. */
  setAnimated(): void {}

  setScene(scene: Scene, layout: LayoutName, layoutKey: string): void {
    const nodesBefore = this.places.size;
    const edgesBefore = new Set(this.scene.edges.map((edge) => edge.id));
    const isShown = new Set(scene.nodes.map((node) => node.id));
    for (const id of this.places.keys()) if (!isShown.has(id)) this.places.delete(id);
    const added = scene.nodes.filter((node) => node.shape !== 'box' && !this.places.has(node.id));
    this.scene = scene;
    const plan = this.arranger.plan(layoutKey, {
      nodesBefore,
      addedNodes: added.length,
      hasNewEdges: scene.edges.some((edge) => !edgesBefore.has(edge.id)),
      isInUse: this.touched || this.marks.selected !== null,
    });
    if (plan === 'layout') void this.layOut(layout);
    else if (plan === 'place') {
      const parents = new Map(scene.nodes.map((node) => [node.id, node.parent]));
      const placed = [...this.places].map(([id, place]) => ({ id, parent: parents.get(id) ?? null, ...place }));
      for (const [id, place] of placeNewNodes(placed, added, scene.edges)) this.places.set(id, place);
    }
    this.rebuild();
  }

  select(id: string | null): void {
    this.mark(id);
    this.screen.redraw();
  }

  relayout(layout: LayoutName): void {
    this.touched = false;
    void this.layOut(layout);
  }

  cancelLayout(): void {
    this.arranger.cancel();
  }

  zoomBy(factor: number): void {
    const { width, height } = this.screen.size;
    this.show(zoomAround(this.viewport, factor, { x: width / 2, y: height / 2 }));
  }

  panBy(x: number, y: number): void {
    const { zoom, pan } = this.viewport;
    this.show({ zoom, pan: { x: pan.x + x, y: pan.y + y } });
  }

  fit(): void {
    if (this.field.nodes.length === 0 || this.screen.size.width === 0) return;
    this.viewport = fitViewport(this.field.bounds, this.screen.size);
    this.touched = false;
    this.screen.redraw();
  }

  png(): Promise<Blob> {
    const { x1, y1, x2, y2 } = this.field.bounds;
    const [width, height] = [x2 - x1 + 60, y2 - y1 + 60];
    const zoom = Math.min(2, mostPixels / width, mostPixels / height);
    const canvas = document.createElement('canvas');
    const size = { width: Math.ceil(width * zoom), height: Math.ceil(height * zoom) };
    Object.assign(canvas, size);
    const context = canvas.getContext('2d');
    if (context) paint(context, { ...this.picture({ zoom, pan: { x: (30 - x1) * zoom, y: (30 - y1) * zoom } }, size), ratio: 1 });
    return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture')))));
  }

  geometry(): SceneGeometry {
    const { palette, field } = this;
    const boxes = field.boxes.map(({ id, node, x1, y1, x2, y2 }) => ({ id, x: x1, y: y1, width: x2 - x1, height: y2 - y1, color: palette.node[node.tone] }));
    const nodes = field.nodes.map(({ id, node, x, y }) => {
      const { width, height } = shapeSizes[node.shape];
      return { id, x: x - width / 2, y: y - height / 2, width, height, color: palette.node[node.tone] };
    });
    const edges = field.edges.map((item) => ({ id: item.edge.id, from: item.from, to: item.to, middle: this.middleOfEdge(item), color: palette.edge[item.edge.tone] }));
    return { nodes: [...boxes, ...nodes], edges, palette };
  }

  neighbourOf(id: string | null, direction: Direction): string | null {
    return nearestNode(this.field.nodes, id, direction);
  }

  placeOf(id: string): Point | null {
    const place = this.places.get(id) ?? this.middleOf(id);
    const { zoom, pan } = this.viewport;
    return place === null ? null : { x: place.x * zoom + pan.x, y: place.y * zoom + pan.y };
  }

  private middleOf(id: string): Point | null {
    const edge = this.field.edges.find((each) => each.edge.id === id);
    if (edge) return this.middleOfEdge(edge);
    const box = this.field.boxes.find((each) => each.id === id);
    return box ? { x: (box.x1 + box.x2) / 2, y: (box.y1 + box.y2) / 2 } : null;
  }

  private middleOfEdge(edge: FieldEdge): Point {
    const { from, to } = edge;
    return onCurve(from, this.curves(edge) ?? { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }, to, 0.5);
  }

  private async layOut(layout: LayoutName): Promise<void> {
    const { scene } = this;
    const sizes = measureNodes(scene.nodes, this.palette);
    const isFirst = this.places.size === 0;
    const computed = await this.arranger.run(layout, {
      columnGap: columnGap(scene.edges),
      nodes: [...sizes.values()],
      edges: scene.edges.map(({ id, source, target }) => ({ id, source, target })),
    });
    if (computed === null) return;
    const area = fitArea(this.screen.size);
    const positions = fillStage(computed.positions, area.width, area.height);
    for (const { id, shape } of scene.nodes) {
      const [point, size] = [positions[id], sizes.get(id)];
      if (shape !== 'box' && point && size && !(computed.isCancelled && this.places.has(id))) this.places.set(id, nodeCentre(point, size, shape));
    }
    this.rebuild();
    if (!this.touched || isFirst) this.fit();
  }

  private rebuild(): void {
    this.lay();
    this.mark(this.marks.selected);
    this.screen.redraw();
  }

  /** What the selection is about stands out; a trace over the graph stays in view, whatever is selected. */
  private mark(selected: string | null): void {
    const { scene, field } = this;
    const isThere = selected !== null && (scene.nodes.some((node) => node.id === selected) || scene.edges.some((edge) => edge.id === selected));
    if (!isThere) this.marks = { selected, bright: null };
    else {
      const traced = [...scene.nodes, ...scene.edges].filter((element) => element.traced).map((element) => element.id);
      this.marks = { selected, bright: new Set([...standingOut(scene, field.boxes, selected), ...traced]) };
    }
  }

  private show(viewport: Viewport): void {
    this.viewport = viewport;
    this.touched = true;
    this.screen.move(viewport);
  }

  private moveNode(id: string, to: Point): void {
    this.touched = true;
    this.places.set(id, to);
    this.lay();
    this.screen.redraw();
  }

  private lay(): void {
    this.field = buildField(this.scene, this.places);
    this.curves = curvesOf(this.field);
  }

  private at(point: Point): string | null {
    return elementAt(this.field, this.inGraph(point), edgeReach / this.viewport.zoom, this.viewport.zoom > detail.arrows ? this.curves : straight);
  }

  private inGraph({ x, y }: Point): Point {
    const { zoom, pan } = this.viewport;
    return { x: (x - pan.x) / zoom, y: (y - pan.y) / zoom };
  }

  private picture(viewport: Viewport, size: Size): Picture {
    return { field: this.field, marks: this.marks, viewport, size, ratio: window.devicePixelRatio, palette: this.palette, curves: this.curves, images: (uri) => this.image(uri) };
  }

  private image(uri: string): HTMLImageElement | null {
    const known = this.images.get(uri);
    if (known) return known.complete ? known : null;
    const image = new Image();
    image.addEventListener('load', () => this.screen.redrawAll());
    image.src = uri;
    this.images.set(uri, image);
    return null;
  }
}
