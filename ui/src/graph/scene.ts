import type { BoxKind, GraphEdge, GraphNode, Protocol, TrafficGraph } from '../api/graph';
import type { IconName } from './canvas/icons';
import { circuitBreakerActed, edgeLabel, type EdgeLabelOptions } from './edgeLabel';
import type { GraphState } from './graphState';
import { edgeErrorPercent, edgeRate, edgeTone, nodeName, nodeTitle, type EdgeTone } from './traffic';

export type Shape = 'circle' | 'square' | 'hexagon' | 'triangle' | 'plate' | 'box';
export type NodeTone = 'healthy' | 'degraded' | 'failure' | 'idle' | 'plain';

/** Where on its node a badge sits. */
export type BadgePlace = 'upperLeft' | 'lowerLeft' | 'lowerRight' | 'upperRight' | 'label';
export interface Badge {
  readonly icon: IconName;
  readonly place: BadgePlace;
}

export interface SceneNode {
  readonly id: string;
  readonly parent: string | null;
  readonly shape: Shape;
  readonly box: BoxKind | null;
  readonly tone: NodeTone;
  readonly label: string;
  /** Read out by a screen reader. */
  readonly title: string;
  readonly icon: IconName | null;
  readonly badges: readonly Badge[];
  readonly faded: boolean;
  readonly found: boolean;
  /** The chosen trace has passed here. */
  readonly traced: boolean;
}

export interface SceneEdge {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly tone: EdgeTone;
  readonly protocol: Protocol;
  readonly label: string;
  readonly locked: boolean;
  readonly found: boolean;
  readonly traced: boolean;
  readonly rate: number;
  readonly errorPercent: number;
  readonly responseTime: number | null;
}

/** Everything the canvas draws, in the words of the canvas. */
export interface Scene {
  readonly nodes: readonly SceneNode[];
  readonly edges: readonly SceneEdge[];
}

export type SceneOptions = EdgeLabelOptions &
  Pick<GraphState, 'badgeSecurity' | 'badgeSidecar' | 'badgeVirtualService'> & {
    readonly homeCluster: string;
    /** Whether the layout keeps the members of a box together; where it does not, labels tell what boxes would. */
    readonly boxed: boolean;
  };

/** `ranks`: shown below the names; empty when they are not asked for. */
export function buildScene(
  graph: TrafficGraph,
  options: SceneOptions,
  found: ReadonlySet<string>,
  ranks: ReadonlyMap<string, number> = new Map(),
  traced: ReadonlySet<string> = new Set(),
): Scene {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  // What is of no known namespace does not make a second one.
  const namespaces = new Set(graph.nodes.filter((node) => node.box === null && node.namespace !== 'unknown').map((node) => node.namespace));
  return {
    nodes: graph.nodes
      .filter((node) => options.boxed || node.box === null)
      .map((node) => ({ ...sceneNode(node, nodes, namespaces.size > 1, options, found, ranks.get(node.id)), traced: traced.has(node.id) })),
    edges: graph.edges.map((edge) => ({ ...sceneEdge(edge, nodes.get(edge.target), options, found), traced: traced.has(edge.id) })),
  };
}

function sceneNode(
  node: GraphNode,
  nodes: ReadonlyMap<string, GraphNode>,
  manyNamespaces: boolean,
  options: SceneOptions,
  found: ReadonlySet<string>,
  rank: number | undefined,
): Omit<SceneNode, 'traced'> {
  const label = nodeLabel(node, options.boxed ? boxesOf(node, nodes) : new Set(), manyNamespaces, options.homeCluster);
  return {
    id: node.id,
    parent: options.boxed ? node.parent : null,
    shape: nodeShape(node),
    box: node.box,
    tone: nodeTone(node),
    label: rank === undefined ? label : `${label}\n#${rank}`,
    title: nodeTitle(node),
    icon: node.box !== null ? null : node.isInaccessible ? 'inaccessible' : node.isOutside ? 'outside' : null,
    badges: node.box === null ? badges(node, options) : [],
    faded: node.isIdle || node.isDead,
    found: found.has(node.id),
  };
}

export function nodeShape(node: GraphNode): Shape {
  if (node.box !== null) return 'box';
  if (node.isServiceEntry) return 'plate';
  switch (node.type) {
    case 'app':
      return 'square';
    case 'service':
      return 'triangle';
    case 'aggregate':
      return 'hexagon';
    default:
      return 'circle';
  }
}

function nodeTone(node: GraphNode): NodeTone {
  if (node.box === 'cluster' || node.box === 'namespace') return 'plain';
  if (node.isIdle) return 'idle';
  switch (node.health?.status) {
    case 'Healthy':
      return 'healthy';
    case 'Degraded':
      return 'degraded';
    case 'Failure':
      return 'failure';
    default:
      return 'plain';
  }
}

/** Inside an app box the version tells nodes apart; outside of a namespace box the namespace stands below the name. */
export function nodeLabel(node: GraphNode, boxes: ReadonlySet<BoxKind>, manyNamespaces: boolean, homeCluster: string): string {
  const name = nodeName(node);
  if (node.box !== null) return name;
  const hasVersion = node.type === 'app' && node.version !== '' && node.version !== 'unknown' && node.version !== 'latest';
  const lines = node.type === 'app' && hasVersion ? (boxes.has('app') ? [node.version] : [name, node.version]) : [name];
  if (node.type !== 'unknown') {
    if ((manyNamespaces || node.isOutside) && !boxes.has('namespace') && node.namespace !== 'unknown') lines.push(`(${node.namespace})`);
    if (node.cluster !== homeCluster && homeCluster !== '' && node.cluster !== 'unknown' && !boxes.has('cluster')) lines.push(`(${node.cluster})`);
  }
  return lines.join('\n');
}

function boxesOf(node: GraphNode, nodes: ReadonlyMap<string, GraphNode>): ReadonlySet<BoxKind> {
  const boxes = new Set<BoxKind>();
  for (let parent = node.parent; parent !== null; ) {
    const box = nodes.get(parent);
    if (box?.box) boxes.add(box.box);
    parent = box?.parent ?? null;
  }
  return boxes;
}

function badges(node: GraphNode, options: SceneOptions): Badge[] {
  const found: Badge[] = [];
  if (options.badgeVirtualService && node.hasCircuitBreaker) found.push({ icon: 'circuitBreaker', place: 'upperLeft' });
  if (options.badgeVirtualService && node.hasVirtualService) found.push({ icon: 'virtualService', place: 'lowerLeft' });
  if (options.badgeSidecar && node.isOutOfMesh) found.push({ icon: 'outOfMesh', place: 'lowerRight' });
  if (node.workloadEntries.length > 0) found.push({ icon: 'workloadEntry', place: 'upperRight' });
  else if (node.isWaypoint) found.push({ icon: 'waypoint', place: 'upperRight' });
  if (node.isGateway) found.push({ icon: 'gateway', place: 'label' });
  else if (node.isRoot) found.push({ icon: 'root', place: 'label' });
  return found;
}

function sceneEdge(edge: GraphEdge, target: GraphNode | undefined, options: SceneOptions, found: ReadonlySet<string>): Omit<SceneEdge, 'traced'> {
  const label = edgeLabel(edge, target, options);
  return {
    id: edge.id,
    source: edge.source,
    target: edge.target,
    tone: edgeTone(edge),
    protocol: edge.protocol,
    label: circuitBreakerActed(edge, target) ? `CB ${label}`.trim() : label,
    locked: options.badgeSecurity && (edge.mtls ?? 0) > 0,
    found: found.has(edge.id),
    rate: edgeRate(edge),
    errorPercent: edgeErrorPercent(edge),
    responseTime: edge.responseTime,
  };
}
