import { useEffect, useEffectEvent, useImperativeHandle, useRef, useState, type KeyboardEvent, type Ref } from 'react';
import { t } from '../../i18n';
import { useTheme } from '../../shell/theme';
import type { LayoutName } from '../graphState';
import type { Scene } from '../scene';
import { areFontsLoaded, loadFonts } from './fonts';
import type { GraphDrawing, GraphViewEvents, SceneGeometry } from './GraphDrawing';
import { GraphView } from './GraphView';
import { LargeGraphView } from './large/LargeGraphView';
import type { Direction } from './neighbour';
import { readPalette } from './palette';
import './canvas.css';

/** What the page asks of the canvas beside showing a scene. */
export interface CanvasControls {
  readonly zoomIn: () => void;
  readonly zoomOut: () => void;
  readonly fit: () => void;
  readonly relayout: () => void;
  readonly cancelLayout: () => void;
  readonly focus: () => void;
  /** `null`: there is no picture yet. */
  readonly png: () => Promise<Blob> | null;
  readonly geometry: () => SceneGeometry | null;
}

interface Props extends Omit<GraphViewEvents, 'hover' | 'progress'>, Partial<Pick<GraphViewEvents, 'hover' | 'progress'>> {
  readonly controls: Ref<CanvasControls>;
  readonly scene: Scene;
  readonly layout: LayoutName;
  readonly layoutKey: string;
  readonly selection: string | null;
  readonly animated: boolean;
}

/** Above so many edges a graph is drawn as a large one, until it has clearly fewer again: a mesh at the border is not to change its face with every refresh. */
const manyEdges = 200;
const fewEdges = 160;

const zoomStep = 1.3;
const panStep = 60;

/** The island of the graph canvas: turns props into calls of a `GraphDrawing`, and keys into its actions. */
export default function GraphCanvas(props: Props) {
  const { scene, layout, layoutKey, selection, animated, controls } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<GraphDrawing | null>(null);
  const [theme] = useTheme();
  const [wasLarge, setLarge] = useState(scene.edges.length > manyEdges);
  const isLarge = scene.edges.length > (wasLarge ? fewEdges : manyEdges);
  if (isLarge !== wasLarge) setLarge(isLarge);
  const [isReady, setReady] = useState(areFontsLoaded);

  const onSelect = useEffectEvent(props.select);
  const onOpen = useEffectEvent(props.open);
  const onMenu = useEffectEvent(props.menu);
  const onHover = useEffectEvent((id: string | null, x: number, y: number) => props.hover?.(id, x, y));
  const onProgress = useEffectEvent((done: number) => props.progress?.(done));
  const onBusy = useEffectEvent(props.busy);
  const onFailed = useEffectEvent(props.failed);

  useEffect(() => {
    let isGone = false;
    void loadFonts().then(() => !isGone && setReady(true));
    return () => {
      isGone = true;
    };
  }, []);

  useEffect(() => {
    const element = host.current;
    if (element === null || !isReady) return;
    const Drawing = isLarge ? LargeGraphView : GraphView;
    const created = new Drawing(element, readPalette(element, document.documentElement.classList.contains('pf-v6-theme-dark')), {
      select: (id) => onSelect(id),
      open: (id) => onOpen(id),
      menu: (id, x, y) => onMenu(id, x, y),
      hover: (id, x, y) => onHover(id, x, y),
      busy: (busy) => onBusy(busy),
      progress: (done) => onProgress(done),
      failed: (error) => onFailed(error),
    });
    view.current = created;
    return () => {
      view.current = null;
      created.destroy();
    };
  }, [isLarge, isReady]);

  useEffect(() => {
    if (host.current) view.current?.setPalette(readPalette(host.current, theme === 'dark'));
  }, [theme]);
  useEffect(() => view.current?.setScene(scene, layout, layoutKey), [scene, layout, layoutKey, isLarge, isReady]);
  useEffect(() => view.current?.select(selection), [selection, isLarge, isReady]);
  useEffect(() => view.current?.setAnimated(animated && !window.matchMedia('(prefers-reduced-motion: reduce)').matches), [animated, isLarge, isReady]);

  useImperativeHandle(controls, () => ({
    zoomIn: () => view.current?.zoomBy(zoomStep),
    zoomOut: () => view.current?.zoomBy(1 / zoomStep),
    fit: () => view.current?.fit(),
    relayout: () => view.current?.relayout(layout),
    cancelLayout: () => view.current?.cancelLayout(),
    focus: () => host.current?.focus(),
    png: () => view.current?.png() ?? null,
    geometry: () => view.current?.geometry() ?? null,
  }), [layout]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (view.current !== null && act(view.current, event, props)) event.preventDefault();
  };
  return (
    <div
      ref={host}
      className="weft-canvas"
      role="application"
      tabIndex={0}
      aria-label={t('graph.canvas')}
      data-test="graph-canvas"
      onKeyDown={onKeyDown}
    />
  );
}

const arrows: Readonly<Record<string, Direction>> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };
const pans: Readonly<Record<Direction, readonly [x: number, y: number]>> = { left: [panStep, 0], right: [-panStep, 0], up: [0, panStep], down: [0, -panStep] };

/** Whether the key meant something here. */
function act(view: GraphDrawing, event: KeyboardEvent, props: Props): boolean {
  if (event.altKey || event.ctrlKey || event.metaKey) return false;
  const direction = arrows[event.key];
  if (direction !== undefined) {
    if (event.shiftKey) {
      const [x, y] = pans[direction];
      view.panBy(x, y);
    } else {
      const edge = props.scene.edges.find(({ id }) => id === props.selection);
      const end = direction === 'left' || direction === 'up' ? edge?.source : edge?.target;
      const next = end ?? view.neighbourOf(props.selection, direction);
      if (next !== null) props.select(next);
    }
    return true;
  }
  switch (event.key) {
    case '+':
    case '=':
      view.zoomBy(zoomStep);
      return true;
    case '-':
      view.zoomBy(1 / zoomStep);
      return true;
    case '0':
      view.fit();
      return true;
    case 'Enter':
      if (props.selection !== null) props.open(props.selection);
      return true;
    case 'e':
    case 'E': {
      const next = nextEdge(props.scene, props.selection, event.shiftKey ? -1 : 1);
      if (next !== null) props.select(next);
      return true;
    }
    case 'ContextMenu':
    case 'F10':
    case 'm': {
      if (event.key === 'F10' && !event.shiftKey) return false;
      const place = props.selection === null ? null : view.placeOf(props.selection);
      if (props.selection !== null && place !== null) props.menu(props.selection, place.x, place.y);
      return true;
    }
    case 'Escape':
      props.select(null);
      return true;
    default:
      return false;
  }
}

/** One after the other the edges of the selected node; of a selected edge, those of its source. All edges when nothing is selected. */
function nextEdge({ edges }: Scene, selection: string | null, step: 1 | -1): string | null {
  const selected = edges.find(({ id }) => id === selection);
  const node = selected?.source ?? selection;
  const choice = edges.filter(({ source, target }) => node === null || source === node || target === node);
  const at = selected === undefined ? (step === 1 ? -1 : 0) : choice.indexOf(selected);
  return choice.at((at + step) % choice.length)?.id ?? null;
}
