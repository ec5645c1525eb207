import cytoscape, { type Core, type EventObject, type NodeSingular, type SingularElementArgument } from 'cytoscape';
import type { LayoutName } from '../graphState';
import type { Scene, SceneNode } from '../scene';
import { Arranger } from './Arranger';
import { bendEdges } from './bendEdges';
import { placeEdgeLabels } from './edgeLabels';
import type { GraphDrawing, GraphViewEvents, SceneGeometry } from './GraphDrawing';
import { highlight } from './highlight';
import type { Point } from './layoutTypes';
import { nearestNode, type Direction } from './neighbour';
import { columnGap, edgeFontSize, measureNodes, nodeCentre } from './nodeSize';
import type { Palette } from './palette';
import { fillStage, placeNewNodes } from './placement';
import { writeScene } from './sceneElements';
import { stylesheet } from './stylesheet';
import { TrafficAnimation } from './TrafficAnimation';
import { areaViewport, fitArea, fitViewport, largestZoom, smallestZoom, type Size } from './viewport';

/** Text grows in the graph when the graph shrinks on the screen, up to this. */
const largestTextScale = 1.7;
/** Lines get thicker in steps when the graph gets small, so that they stay visible. */
const lineScales = [1, 1.5, 2, 3, 4.5, 7, 10];

/** Draws graphs of some hundred edges in full: bent edges, every label in a place of its own, dots of traffic. `LargeGraphView` draws larger ones. */
export class GraphView implements GraphDrawing {
  private readonly cy: Core;
  private readonly arranger: Arranger;
  private readonly animation: TrafficAnimation;
  private readonly resizing: ResizeObserver;
  private readonly ending = new AbortController();
  private scene: Scene = { nodes: [], edges: [] };
  private selected: string | null = null;
  private hovered: string | null = null;
  private touched = false;
  private textScale = 1;
  private lineScale = 1;

  constructor(
    private readonly host: HTMLElement,
    private palette: Palette,
    private readonly events: GraphViewEvents,
  ) {
    this.arranger = new Arranger(events);
    this.cy = cytoscape({
      container: host,
      style: stylesheet(palette, 1, 1),
      minZoom: smallestZoom,
      maxZoom: largestZoom,
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
    this.arranger.dispose();
    this.ending.abort();
    this.resizing.disconnect();
    this.animation.destroy();
    this.cy.destroy();
  }

  setPalette(palette: Palette): void {
    this.palette = palette;
    this.cy.batch(() => {
      this.cy.style(this.style());
      writeScene(this.cy, this.scene, palette);
    });
    this.animation.setPalette(palette);
  }

  setAnimated(animated: boolean): void {
    this.animation.setEnabled(animated);
  }

  setScene(scene: Scene, layout: LayoutName, layoutKey: string): void {
    const known = new Set(this.cy.nodes().map((node) => node.id()));
    const added = scene.nodes.filter((node) => node.shape !== 'box' && !known.has(node.id));
    const nodesBefore = this.scene.nodes.filter((node) => node.shape !== 'box').length;
    const hasNewEdges = scene.edges.some((edge) => this.cy.getElementById(edge.id).empty());
    this.scene = scene;
    this.cy.batch(() => writeScene(this.cy, scene, this.palette));
    this.animation.setEdges(scene.edges);
    this.mark();
    const plan = this.arranger.plan(layoutKey, { nodesBefore, addedNodes: added.length, hasNewEdges, isInUse: this.touched || this.selected !== null });
    if (plan === 'layout') void this.layOut(layout);
    else if (plan === 'place') this.placeAdded(added, scene);
    else if (hasNewEdges) this.placeEdgeLabels();
  }

  select(id: string | null): void {
    this.selected = id;
    this.mark();
  }

  relayout(layout: LayoutName): void {
    this.touched = false;
    void this.layOut(layout);
  }

  cancelLayout(): void {
    this.arranger.cancel();
  }

  zoomBy(factor: number): void {
    this.touched = true;
    const { width, height } = this.size();
    this.cy.animate({ zoom: { level: this.cy.zoom() * factor, renderedPosition: { x: width / 2, y: height / 2 } }, duration: 150 } as never);
  }

  fit(animated = true): void {
    if (this.cy.nodes().empty() || this.cy.width() === 0) return;
    const viewport = fitViewport(this.cy.elements().boundingBox({ includeOverlays: false }), this.size());
    this.touched = false;
    if (animated) this.cy.animate({ ...viewport, duration: 250 } as never);
    else this.cy.viewport(viewport);
  }

  async png(): Promise<Blob> {
    return this.cy.png({ output: 'blob-promise', full: true, scale: 2, maxWidth: 8000, maxHeight: 8000, bg: this.palette.background });
  }

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

  neighbourOf(id: string | null, direction: Direction): string | null {
    return nearestNode(this.members().map((node) => ({ id: node.id(), ...node.position() })), id, direction);
  }

  placeOf(id: string): Point | null {
    const element = this.cy.getElementById(id)[0] as SingularElementArgument | undefined;
    if (element === undefined) return null;
    return element.isEdge() ? element.renderedMidpoint() : element.renderedPosition();
  }

  private async layOut(layout: LayoutName): Promise<void> {
    const shapes = new Map(this.scene.nodes.map((node) => [node.id, node.shape]));
    const sizes = measureNodes(this.scene.nodes, this.palette);
    const isFirst = this.cy.nodes('.unplaced').length === this.cy.nodes().length;
    const computed = await this.arranger.run(layout, { columnGap: columnGap(this.scene.edges), nodes: [...sizes.values()], edges: this.scene.edges });
    if (computed === null) return;
    const area = fitArea(this.size());
    const positions = fillStage(computed.positions, area.width, area.height);
    this.cy.batch(() => {
      this.cy.nodes(computed.isCancelled ? '.unplaced' : '*').forEach((node) => {
        const [point, size, shape] = [positions[node.id()], sizes.get(node.id()), shapes.get(node.id())];
        if (point && size && shape) node.position(nodeCentre(point, size, shape));
      });
      this.cy.nodes().removeClass('unplaced');
    });
    if (!this.touched || isFirst) this.fit(false);
    this.placeEdgeLabels();
  }

  private placeAdded(added: readonly SceneNode[], scene: Scene): void {
    const isNew = new Set(added.map((node) => node.id));
    const parents = new Map(scene.nodes.map((node) => [node.id, node.parent]));
    const placed = this.members().map((node) => ({ id: node.id(), parent: parents.get(node.id()) ?? null, ...node.position() })).filter((node) => !isNew.has(node.id));
    const points = placeNewNodes(placed, added, scene.edges);
    this.cy.batch(() => {
      for (const [id, point] of points) this.cy.getElementById(id).position(point);
      this.cy.nodes().removeClass('unplaced');
    });
    this.placeEdgeLabels();
  }

  private members() {
    return this.cy.nodes().filter((node) => node.data('shape') !== 'box').nodes();
  }

  private placeEdgeLabels(): void {
    bendEdges(this.cy);
    placeEdgeLabels(this.cy, edgeFontSize * this.textScale);
  }

  private mark(): void {
    highlight(this.cy, this.selected, this.hovered);
  }

  private size(): Size {
    return { width: this.cy.width(), height: this.cy.height() };
  }

  private listen(): void {
    const { cy, events } = this;
    const idOf = (event: EventObject): string => (event.target as NodeSingular).id();
    cy.on('tap', (event) => events.select(event.target === cy ? null : idOf(event)));
    cy.on('dbltap', 'node', (event) => events.open(idOf(event)));
    cy.on('cxttap', 'node, edge', (event) => events.menu(idOf(event), event.renderedPosition.x, event.renderedPosition.y));
    cy.on('mouseover', 'node, edge', (event) => {
      this.hover(idOf(event));
      events.hover(idOf(event), event.renderedPosition.x, event.renderedPosition.y);
    });
    const leave = () => {
      this.hover(null);
      events.hover(null, 0, 0);
    };
    cy.on('mouseout', 'node, edge', leave);
    // Cytoscape does not see the mouse go beyond the canvas.
    this.host.addEventListener('mouseleave', leave, { signal: this.ending.signal });
    cy.on('viewport grab', () => events.hover(null, 0, 0));
    let corner = { x: 0, y: 0 };
    cy.on('boxstart', (event) => {
      corner = { ...event.position };
    });
    cy.on('boxend', (event) => {
      const viewport = areaViewport(corner, event.position, this.size(), cy.zoom());
      if (viewport === null) return;
      this.touched = true;
      cy.animate({ ...viewport, duration: 250 } as never);
    });
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
    if (this.selected !== null) return;
    const isBox = id !== null && this.cy.getElementById(id).data('shape') === 'box';
    this.hovered = isBox ? null : id;
    this.mark();
  }

  private style(): ReturnType<typeof stylesheet> {
    return stylesheet(this.palette, this.textScale, this.lineScale);
  }

  private scale(): void {
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
