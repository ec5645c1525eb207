/** What of the mesh page stands in the URL, under Kiali's names. */
export interface MeshState {
  readonly gateways: boolean;
  readonly waypoints: boolean;
  readonly findText: string;
  readonly hideText: string;
  readonly layout: MeshLayout;
  readonly legend: boolean;
}

/** Layouts that keep the parts of a cluster together. */
export const meshLayouts = ['kiali-elk', 'kiali-dagre'] as const;
export type MeshLayout = (typeof meshLayouts)[number];

/** Sets query parameters; `null` or nothing takes one out. */
export type SetMesh = (...changes: readonly (readonly [name: string, value: string | null])[]) => void;

const names = ['meshGateways', 'meshWaypoints', 'meshFind', 'meshHide', 'meshLayout', 'legend'];

export function meshState(params: URLSearchParams): MeshState {
  return {
    gateways: params.get('meshGateways') === 'true',
    waypoints: params.get('meshWaypoints') === 'true',
    findText: params.get('meshFind') ?? '',
    hideText: params.get('meshHide') ?? '',
    layout: meshLayouts.find((name) => name === params.get('meshLayout')) ?? meshLayouts[0],
    legend: params.get('legend') === 'true',
  };
}

/** The changes back to how the page is at first. */
export const usualMesh = names.map((name) => [name, null] as const);
