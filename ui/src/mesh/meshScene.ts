import type { MeshGraph, MeshNode } from '../api/mesh';
import type { EdgeTone } from '../graph/traffic';
import type { NodeTone, Scene } from '../graph/scene';
import { t } from '../i18n';

const tones: Readonly<Record<MeshNode['health'], NodeTone>> = { Healthy: 'healthy', Degraded: 'degraded', 'Not Ready': 'degraded', Failure: 'failure', NA: 'plain' };
const edgeTones: Readonly<Record<NodeTone, EdgeTone>> = { healthy: 'healthy', degraded: 'degraded', failure: 'failure', idle: 'idle', plain: 'idle' };

/** The parts of the mesh in the words of the canvas. An edge has the colour of what it leads to. Boxes without members are left out. */
export function meshScene(mesh: MeshGraph, found: ReadonlySet<string> = new Set()): Scene {
  const nodes = mesh.nodes.filter((node) => !node.isBox || holdsParts(mesh, node.id));
  const toneOf = new Map(nodes.map((node) => [node.id, tones[node.health]]));
  return {
    nodes: nodes.map((node) => ({
      id: node.id,
      parent: node.parent,
      shape: node.isBox ? 'box' : node.type === 'dataplane' ? 'hexagon' : node.type === 'istiod' ? 'square' : 'circle',
      box: node.isBox ? (node.type === 'cluster' ? 'cluster' : 'namespace') : null,
      tone: tones[node.health],
      label: [node.name, !node.isBox && node.version !== '' ? node.version : ''].filter((line) => line !== '').join('\n'),
      title: `${typeTitle(node.type)} ${node.name}`,
      icon: null,
      badges: [],
      faded: node.isInaccessible && !node.isBox,
      found: found.has(node.id),
      traced: false,
    })),
    edges: mesh.edges.map((edge) => ({
      id: edge.id,
      source: edge.source,
      target: edge.target,
      tone: edgeTones[toneOf.get(edge.target) ?? 'plain'],
      protocol: 'http',
      label: '',
      locked: false,
      found: false,
      traced: false,
      rate: 0,
      errorPercent: 0,
      responseTime: null,
    })),
  };
}

function holdsParts(mesh: MeshGraph, box: string): boolean {
  return mesh.nodes.some((node) => node.parent === box && (!node.isBox || holdsParts(mesh, node.id)));
}

const known = ['cluster', 'dataplane', 'gateway', 'grafana', 'istiod', 'kiali', 'metricStore', 'namespace', 'perses', 'traceStore', 'waypoint', 'ztunnel'] as const;

export function typeTitle(type: string): string {
  const found = known.find((item) => item === type);
  return t(found === undefined ? 'mesh.type.other' : `mesh.type.${found}`);
}
