import cytoscape, { type CollectionReturnValue, type Core, type ElementDefinition, type EventObject, type NodeSingular } from 'cytoscape';
import type { LayoutName } from '../graphState';
import type { Scene, SceneEdge, SceneNode } from '../scene';
import { badgeData } from './badges';
import { placeLabels } from './labelPlacement';
import { LayoutEngine } from './layout';
import type { LayoutNode } from './layoutTypes';
import type { Palette } from './palette';
import { fillStage, placeNewNodes } from './placement';
import { edgeFontSize, nodeFontSize, stylesheet } from './stylesheet';
import { TrafficAnimation } from './TrafficAnimation';

export interface GraphViewEvents {
  /** An element was clicked; `null`: the background. */
  readonly select: (id: string | null) => void;
  /** A node was double-clicked or entered by key. */
  readonly open: (id: string) => void;
  readonly menu: (id: string, x: number, y: number) => void;
  /** A layout runs (`true`) or has ended. */
  readonly busy: (busy: boolean) => void;
  readonly failed: (error: Error) => void;
}

/** The places of a drawn scene. Edges bend through their middle. */
export interface SceneGeometry {
  readonly nodes: readonly { readonly id: string; readonly x: number; readonly y: number; readonly width: number; readonly height: number; readonly color: string }[];
  readonly edges: readonly { readonly id: string; readonly from: Place; readonly to: Place; readonly middle: Place; readonly color: string }[];
  readonly palette: Palette;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Above so many edges nothing is done per frame or per hover. */
const manyEdges = 250;
/** A mesh that has just started shows its parts one after the other: so long, and unless the user has begun to work with it, a grown graph is laid out anew. */
const settlingTime = 90_000;
/** Room around a fitted graph; below it the control bar has its place. */
const fitMargin = { side: 28, top: 28, bottom: 76 };
/** Text grows in the graph when the graph shrinks on the screen, within these bounds. */
const largestTextScale = 1.7;
const layoutTextScale = 1.3;
/** Lines get thicker in steps when the graph gets small, so that they stay visible. */
const lineScales = [1, 1.5, 2, 3, 4.5, 7, 10];
/** Large graphs have lines of one thickness: another one at every zoom would be a new style for every element. */
const largeLineScale = 2;
const largestFitZoom = 1.35;

/**
 * The canvas: draws scenes, keeps every position from one scene to the next, and tells of clicks.
 * A scene with another `layoutKey` is laid out anew; under the same key, once settled, only new nodes are placed.
 */
export class GraphView {
  private readonly cy: Core;
  private readonly layouts = new LayoutEngine();
  private readonly animation: TrafficAnimation;
  private readonly resizing: ResizeObserver;
  private layoutKey = '';
  private layoutRun = 0;
  private settledAt = 0;
  private scene: Scene = { nodes: [], edges: [] };
  private selected: string | null = null;
  private hovered: string | null = null;
  private touched = false;
  private textScale = 1;
  private lineScale = 1;
  private isLarge = false;

  constructor(
    private readonly host: HTMLElement,
    private palette: Palette,
    private readonly events: GraphViewEvents,
  ) {
    this.cy = cytoscape({
      container: host,
      style: stylesheet(palette, 1, 1, false),
      minZoom: 0.01,
      maxZoom: 4,
      // Dragging with Shift draws an area, which is then zoomed to.
      boxSelectionEnabled: true,
      autounselectify: true,
      pixelRatio: 'auto',
    });
    this.animation = new TrafficAnimation(host, this.cy, palette);
    this.listen();
    this.resizing = new ResizeObserver(() => {
      this.cy.resize();
      if (!this.touched) this.fit(false);
    });
    this.resizing.observe(host);
  }

  destroy(): void {
    this.layoutRun++;
    this.resizing.disconnect();
    this.animation.destroy();
    this.layouts.dispose();
    this.cy.destroy();
  }

  setPalette(palette: Palette): void {
    this.palette = palette;
    this.cy.batch(() => {
      this.cy.style(this.style());
      this.writeScene(this.scene);
    });
    this.animation.setPalette(palette);
  }

  setAnimated(animated: boolean): void {
    this.animation.setEnabled(animated);
  }

  setScene(scene: Scene, layout: LayoutName, layoutKey: string): void {
    const known = new Set(this.cy.nodes().map((node) => node.id()));
    const added = scene.nodes.filter((node) => node.shape !== 'box' && !known.has(node.id));
    const before = this.scene.nodes.filter((node) => node.shape !== 'box').length;
    const hasNewEdges = scene.edges.some((edge) => this.cy.getElementById(edge.id).empty());
    this.scene = scene;
    this.setLarge(scene.edges.length > manyEdges);
    this.cy.batch(() => this.writeScene(scene));
    this.animation.setEdges(scene.edges);
    this.mark();
    const isOther = layoutKey !== this.layoutKey;
    if (isOther) this.settledAt = performance.now() + settlingTime;
    const settles = (added.length > 0 || hasNewEdges) && performance.now() < this.settledAt && !this.touched && this.selected === null;
    const anew = isOther || settles || (added.length > 0 && added.length > before * 0.25);
    this.layoutKey = layoutKey;
    if (anew) void this.layOut(layout);
    else if (added.length > 0) this.placeAdded(added, scene);
    else if (hasNewEdges) this.placeEdgeLabels();
  }

  select(id: string | null): void {
    this.selected = id;
    this.mark();
  }

  /** Lays the present scene out anew and shows all of it. */
  relayout(layout: LayoutName): void {
    this.touched = false;
    void this.layOut(layout);
  }

  zoomBy(factor: number): void {
    this.touched = true;
    const center = { x: this.cy.width() / 2, y: this.cy.height() / 2 };
    this.cy.animate({ zoom: { level: this.cy.zoom() * factor, renderedPosition: center }, duration: 150 } as never);
  }

  fit(animated = true): void {
    if (this.cy.nodes().empty() || this.cy.width() === 0) return;
    const box = this.cy.elements().boundingBox({ includeOverlays: false });
    const [width, height] = [this.cy.width() - 2 * fitMargin.side, this.cy.height() - fitMargin.top - fitMargin.bottom];
    const zoom = Math.max(0.01, Math.min(largestFitZoom, width / box.w, height / box.h));
    const pan = {
      x: this.cy.width() / 2 - (zoom * (box.x1 + box.x2)) / 2,
      y: fitMargin.top + height / 2 - (zoom * (box.y1 + box.y2)) / 2,
    };
    this.touched = false;
    if (animated) this.cy.animate({ zoom, pan, duration: 250 } as never);
    else this.cy.viewport({ zoom, pan });
  }

  /** Shows an area, given by two of its corners. */
  private zoomTo(a: { readonly x: number; readonly y: number }, b: { readonly x: number; readonly y: number }): void {
    const [width, height] = [Math.abs(a.x - b.x), Math.abs(a.y - b.y)];
    if (width * this.cy.zoom() < 12 || height * this.cy.zoom() < 12) return;
    const zoom = Math.min(4, this.cy.width() / width, this.cy.height() / height);
    const pan = { x: this.cy.width() / 2 - (zoom * (a.x + b.x)) / 2, y: this.cy.height() / 2 - (zoom * (a.y + b.y)) / 2 };
    this.touched = true;
    this.cy.animate({ zoom, pan, duration: 250 } as never);
  }

  /** The whole graph as a picture, twice as large as it is drawn. */
  async png(): Promise<Blob> {
    return this.cy.png({ output: 'blob-promise', full: true, scale: 2, maxWidth: 8000, maxHeight: 8000, bg: this.palette.background });
  }

  /** Where everything lies, for drawings of other kinds. */
  geometry(): SceneGeometry {
    const nodes = this.cy.nodes().map((node) => {
      const box = node.boundingBox({ includeLabels: false, includeOverlays: false });
      return { id: node.id(), x: box.x1, y: box.y1, width: box.w, height: box.h, color: String(node.data('color')) };
    });
    const edges = this.cy.edges().map((edge) => ({ id: edge.id(), from: edge.sourceEndpoint(), to: edge.targetEndpoint(), middle: edge.midpoint(), color: String(edge.data('color')) }));
    return { nodes, edges, palette: this.palette };
  }

  panBy(x: number, y: number): void {
    this.touched = true;
    this.cy.panBy({ x, y });
  }

  /** The nearest node in a direction from the selected one; the leftmost when none is selected. */
  neighbourOf(id: string | null, direction: 'left' | 'right' | 'up' | 'down'): string | null {
    const nodes = this.cy.nodes().filter((node) => node.data('shape') !== 'box');
    const from = id === null ? null : this.cy.getElementById(id);
    if (from === null || from.empty() || !from.isNode()) {
      return nodes.empty() ? null : nodes.min((node) => (node as unknown as NodeSingular).position('x')).ele.id();
    }
    const origin = from.position();
    let best: { id: string; cost: number } | null = null;
    nodes.forEach((node) => {
      const [dx, dy] = [node.position('x') - origin.x, node.position('y') - origin.y];
      const ahead = direction === 'left' ? -dx : direction === 'right' ? dx : direction === 'up' ? -dy : dy;
      const aside = Math.abs(direction === 'left' || direction === 'right' ? dy : dx);
      if (ahead <= 5 || node.id() === id) return;
      const cost = ahead + 2 * aside;
      if (best === null || cost < best.cost) best = { id: node.id(), cost };
    });
    return (best as { id: string } | null)?.id ?? null;
  }

  private writeScene(scene: Scene): void {
    const wanted = new Set([...scene.nodes, ...scene.edges].map((element) => element.id));
    this.cy.elements().filter((element) => !wanted.has(element.id())).remove();
    const added: ElementDefinition[] = [];
    for (const node of scene.nodes) {
      const data = this.nodeData(node);
      const present = this.cy.getElementById(node.id);
      if (present.empty()) {
        added.push({ group: 'nodes', data: { ...data, ...(node.parent !== null && { parent: node.parent }) }, classes: 'unplaced' });
        continue;
      }
      if (!('images' in data)) present.removeData('images');
      write(present, data);
      const parent = present.parent().nonempty() ? present.parent().first().id() : null;
      if (parent !== node.parent) added.push({ group: 'nodes', data: { id: node.id, moved: node.parent } });
    }
    const moves = added.filter((element) => 'moved' in element.data);
    this.cy.add(added.filter((element) => !('moved' in element.data)));
    for (const move of moves) this.cy.getElementById(move.data.id ?? '').move({ parent: move.data.moved as string | null });
    const edges: ElementDefinition[] = [];
    for (const edge of scene.edges) {
      const data = this.edgeData(edge);
      const present = this.cy.getElementById(edge.id);
      if (present.empty()) edges.push({ group: 'edges', data: { ...data, source: edge.source, target: edge.target, labelX: 0, labelY: 0 } });
      else write(present, data);
    }
    this.cy.add(edges);
  }

  private nodeData(node: SceneNode): Record<string, unknown> {
    return {
      id: node.id,
      label: node.label,
      shape: node.shape,
      box: node.box ?? '',
      color: this.palette.node[node.tone],
      faded: node.faded,
      found: node.found,
      traced: node.traced,
      ...badgeData(node, this.palette),
    };
  }

  private edgeData(edge: SceneEdge): Record<string, unknown> {
    const lock = edge.locked ? '\ue923 ' : '';
    return { id: edge.id, label: `${lock}${edge.label}`.trim(), tone: edge.tone, color: this.palette.edge[edge.tone], found: edge.found, traced: edge.traced };
  }

  private async layOut(layout: LayoutName): Promise<void> {
    const run = ++this.layoutRun;
    const first = this.cy.nodes('.unplaced').length === this.cy.nodes().length;
    this.events.busy(true);
    try {
      const sizes = this.sizes();
      const computed = await this.layouts.run({
        layout,
        columnGap: this.columnGap(),
        nodes: [...sizes.values()],
        edges: this.cy.edges().map((edge) => ({ id: edge.id(), source: edge.source().id(), target: edge.target().id() })),
      });
      if (run !== this.layoutRun) return;
      const positions = fillStage(computed, this.cy.width(), this.cy.height() - fitMargin.top - fitMargin.bottom);
      this.cy.batch(() => {
        this.cy.nodes().forEach((node) => {
          const [point, size] = [positions[node.id()], sizes.get(node.id())];
          if (!point || !size) return;
          // The rectangle holds the node above and its label below.
          node.position({ x: point.x, y: point.y - (size.height - node.numericStyle('height')) / 2 });
        });
        this.cy.nodes().removeClass('unplaced');
      });
      if (!this.touched || first) this.fit(false);
      this.placeEdgeLabels();
    } catch (error) {
      if (run === this.layoutRun) this.events.failed(error instanceof Error ? error : new Error(String(error)));
    } finally {
      if (run === this.layoutRun) this.events.busy(false);
    }
  }

  private sizes(): Map<string, LayoutNode> {
    const context = document.createElement('canvas').getContext('2d');
    if (context) context.font = `500 ${nodeFontSize * layoutTextScale}px ${this.palette.font}`;
    const sizes = new Map<string, LayoutNode>();
    this.cy.nodes().forEach((node) => {
      const lines = String(node.data('label')).split('\n');
      const text = Math.max(0, ...lines.map((line) => context?.measureText(line).width ?? line.length * 6));
      sizes.set(node.id(), {
        id: node.id(),
        parent: node.parent().nonempty() ? node.parent().first().id() : null,
        isBox: node.data('shape') === 'box',
        width: Math.max(node.numericStyle('width'), text + 8),
        height: node.numericStyle('height') + 8 + lines.length * 1.2 * nodeFontSize * layoutTextScale,
      });
    });
    return sizes;
  }

  /** The longest edge label, within reason. */
  private columnGap(): number {
    const characters = this.scene.edges.flatMap((edge) => edge.label.split('\n')).reduce((most, line) => Math.max(most, line.length), 0);
    return Math.min(150, Math.max(56, 30 + characters * edgeFontSize * 0.55 * layoutTextScale));
  }

  /** Moves labels along their edges until they cover as little as possible. Not for large graphs, which show few labels. */
  private placeEdgeLabels(): void {
    if (this.cy.edges().length > manyEdges) return;
    const size = edgeFontSize * this.textScale;
    const edges = this.cy.edges().filter((edge) => edge.data('label') !== '').edges();
    const places = placeLabels(
      edges.map((edge) => {
        const lines = String(edge.data('label')).split('\n');
        return {
          id: edge.id(),
          from: edge.source().position(),
          to: edge.target().position(),
          width: Math.max(...lines.map((line) => line.length)) * size * 0.56 + 6,
          height: lines.length * size * 1.2 + 4,
        };
      }),
      this.cy.nodes().filter((node) => node.data('shape') !== 'box').nodes().map((node) => ({ ...node.position(), width: node.width(), height: node.height() })),
    );
    this.cy.batch(() => {
      edges.forEach((edge) => {
        const [from, to] = [edge.source().position(), edge.target().position()];
        const shift = (places.get(edge.id()) ?? 0.5) - 0.5;
        edge.data({ labelX: (to.x - from.x) * shift, labelY: (to.y - from.y) * shift });
      });
    });
  }

  private placeAdded(added: readonly SceneNode[], scene: Scene): void {
    const isNew = new Set(added.map((node) => node.id));
    const placed: { id: string; parent: string | null; x: number; y: number }[] = [];
    this.cy.nodes().forEach((node: NodeSingular) => {
      if (isNew.has(node.id()) || node.data('shape') === 'box') return;
      placed.push({ id: node.id(), parent: node.parent().nonempty() ? node.parent().first().id() : null, ...node.position() });
    });
    const points = placeNewNodes(placed, added, scene.edges);
    this.cy.batch(() => {
      for (const [id, point] of points) this.cy.getElementById(id).position(point);
      this.cy.nodes().removeClass('unplaced');
    });
    this.placeEdgeLabels();
  }

  /** Emphasizes the selected or hovered element with everything up- and downstream of it. */
  private mark(): void {
    this.cy.batch(() => {
      this.cy.elements('.dim, .selected').removeClass('dim selected');
      const selected = this.selected === null ? this.cy.collection() : this.cy.getElementById(this.selected);
      selected.addClass('selected');
      const focus: CollectionReturnValue = this.hovered === null ? selected : this.cy.getElementById(this.hovered);
      if (focus.empty()) return;
      const path = pathThrough(focus);
      // A trace over the graph stays in view, whatever is selected.
      const bright = path.union(path.nodes().ancestors()).union(this.cy.elements('[?traced]'));
      this.cy.elements().difference(bright).filter((element) => element.data('shape') !== 'box').addClass('dim');
    });
  }

  private listen(): void {
    const { cy, events } = this;
    const idOf = (event: EventObject): string => (event.target as NodeSingular).id();
    cy.on('tap', (event) => events.select(event.target === cy ? null : idOf(event)));
    cy.on('dbltap', 'node', (event) => events.open(idOf(event)));
    cy.on('cxttap', 'node, edge', (event) => events.menu(idOf(event), event.renderedPosition.x, event.renderedPosition.y));
    cy.on('mouseover', 'node, edge', (event) => this.hover(idOf(event)));
    cy.on('mouseout', 'node, edge', () => this.hover(null));
    let corner = { x: 0, y: 0 };
    cy.on('boxstart', (event) => {
      corner = { ...event.position };
    });
    cy.on('boxend', (event) => this.zoomTo(corner, event.position));
    cy.on('dragpan scrollzoom pinchzoom', () => {
      this.touched = true;
    });
    cy.on('drag', 'node', () => {
      this.touched = true;
    });
    cy.on('dragfree', 'node', () => this.placeEdgeLabels());
    cy.on('zoom', () => this.scale());
  }

  private hover(id: string | null): void {
    this.host.style.cursor = id === null ? '' : 'pointer';
    if (this.cy.edges().length > manyEdges || this.selected !== null) return;
    const target = id === null ? null : this.cy.getElementById(id);
    this.hovered = target?.data('shape') === 'box' ? null : id;
    this.mark();
  }

  /** A large graph is drawn plainer, and while it moves as the picture that it was: computing the style of thousands of elements takes longer than any frame may. */
  private setLarge(isLarge: boolean): void {
    if (isLarge === this.isLarge) return;
    this.isLarge = isLarge;
    [this.textScale, this.lineScale] = isLarge ? [1, largeLineScale] : [1, 1];
    this.cy.style(this.style());
    // Otherwise these are options of the constructor only; the renderer reads them at every frame.
    Object.assign((this.cy as unknown as { renderer(): object }).renderer(), { textureOnViewport: isLarge, hideLabelsOnViewport: isLarge });
  }

  private style(): ReturnType<typeof stylesheet> {
    return stylesheet(this.palette, this.textScale, this.lineScale, this.isLarge);
  }

  private scale(): void {
    if (this.isLarge) return;
    const zoom = this.cy.zoom();
    const text = Math.round(Math.min(largestTextScale, Math.max(1, 0.9 / zoom)) * 5) / 5;
    const line = lineScales.find((step) => step >= 0.4 / zoom) ?? 10;
    if (text === this.textScale && line === this.lineScale) return;
    this.textScale = text;
    this.lineScale = line;
    this.cy.style(this.style());
    this.animation.setFontSize(edgeFontSize * text);
    this.placeEdgeLabels();
  }
}

/** What has not changed is not written: every write computes the element's style anew. */
function write(element: CollectionReturnValue, data: Readonly<Record<string, unknown>>): void {
  const changed = Object.entries(data).filter(([name, value]) => {
    const present: unknown = element.data(name);
    return present !== value && !(Array.isArray(value) && JSON.stringify(present) === JSON.stringify(value));
  });
  if (changed.length > 0) element.data(Object.fromEntries(changed));
}

/** The element with all that leads to it and away from it; a box with its members and their neighbours. */
function pathThrough(focus: CollectionReturnValue): CollectionReturnValue {
  if (focus.nodes().empty()) {
    const [sources, targets] = [focus.edges().sources(), focus.edges().targets()];
    return focus.union(sources).union(targets).union(sources.predecessors()).union(targets.successors());
  }
  if (focus.data('shape') !== 'box') return focus.union(focus.predecessors()).union(focus.successors());
  const members = focus.union(focus.nodes().descendants());
  return members.union(members.neighborhood());
}
