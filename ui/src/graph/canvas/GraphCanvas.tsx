import { useEffect, useEffectEvent, useImperativeHandle, useRef, type KeyboardEvent, type Ref } from 'react';
import { t } from '../../i18n';
import { useTheme } from '../../shell/theme';
import type { LayoutName } from '../graphState';
import type { Scene } from '../scene';
import { GraphView, type GraphViewEvents, type SceneGeometry } from './GraphView';
import { readPalette } from './palette';

/** What the page asks of the canvas beside showing a scene. */
export interface CanvasControls {
  readonly zoomIn: () => void;
  readonly zoomOut: () => void;
  readonly fit: () => void;
  readonly relayout: () => void;
  /** `null`: there is no picture yet. */
  readonly png: () => Promise<Blob> | null;
  readonly geometry: () => SceneGeometry | null;
}

interface Props extends GraphViewEvents {
  readonly controls: Ref<CanvasControls>;
  readonly scene: Scene;
  readonly layout: LayoutName;
  readonly layoutKey: string;
  readonly selection: string | null;
  readonly animated: boolean;
}

const zoomStep = 1.3;
const panStep = 60;

/** The island of the graph canvas: turns props into calls of a `GraphView`, and keys into its actions. */
export default function GraphCanvas(props: Props) {
  const { scene, layout, layoutKey, selection, animated, controls } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<GraphView | null>(null);
  const [theme] = useTheme();

  const onSelect = useEffectEvent(props.select);
  const onOpen = useEffectEvent(props.open);
  const onMenu = useEffectEvent(props.menu);
  const onBusy = useEffectEvent(props.busy);
  const onFailed = useEffectEvent(props.failed);

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const created = new GraphView(element, readPalette(element, document.documentElement.classList.contains('pf-v6-theme-dark')), {
      select: (id) => onSelect(id),
      open: (id) => onOpen(id),
      menu: (id, x, y) => onMenu(id, x, y),
      busy: (busy) => onBusy(busy),
      failed: (error) => onFailed(error),
    });
    view.current = created;
    return () => {
      view.current = null;
      created.destroy();
    };
  }, []);

  useEffect(() => {
    if (host.current) view.current?.setPalette(readPalette(host.current, theme === 'dark'));
  }, [theme]);
  useEffect(() => view.current?.setScene(scene, layout, layoutKey), [scene, layout, layoutKey]);
  useEffect(() => view.current?.select(selection), [selection, scene]);
  useEffect(() => view.current?.setAnimated(animated && !window.matchMedia('(prefers-reduced-motion: reduce)').matches), [animated]);

  useImperativeHandle(controls, () => ({
    zoomIn: () => view.current?.zoomBy(zoomStep),
    zoomOut: () => view.current?.zoomBy(1 / zoomStep),
    fit: () => view.current?.fit(),
    relayout: () => view.current?.relayout(layout),
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

type Direction = 'left' | 'right' | 'up' | 'down';
const arrows: Readonly<Record<string, Direction>> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };
const pans: Readonly<Record<Direction, readonly [x: number, y: number]>> = { left: [panStep, 0], right: [-panStep, 0], up: [0, panStep], down: [0, -panStep] };

/** Whether the key meant something here. */
function act(view: GraphView, event: KeyboardEvent, props: Props): boolean {
  if (event.altKey || event.ctrlKey || event.metaKey) return false;
  const direction = arrows[event.key];
  if (direction !== undefined) {
    if (event.shiftKey) {
      const [x, y] = pans[direction];
      view.panBy(x, y);
    } else {
      const next = view.neighbourOf(props.selection, direction);
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
    case 'Escape':
      props.select(null);
      return true;
    default:
      return false;
  }
}
