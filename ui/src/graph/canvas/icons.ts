import { BoltIconConfig } from '@patternfly/react-icons/dist/esm/icons/bolt-icon';
import { BlueprintIconConfig } from '@patternfly/react-icons/dist/esm/icons/blueprint-icon';
import { CodeBranchIconConfig } from '@patternfly/react-icons/dist/esm/icons/code-branch-icon';
import { GlobeIconConfig } from '@patternfly/react-icons/dist/esm/icons/globe-icon';
import { InfrastructureIconConfig } from '@patternfly/react-icons/dist/esm/icons/infrastructure-icon';
import { KeyIconConfig } from '@patternfly/react-icons/dist/esm/icons/key-icon';
import { PlayIconConfig } from '@patternfly/react-icons/dist/esm/icons/play-icon';
import { TopologyIconConfig } from '@patternfly/react-icons/dist/esm/icons/topology-icon';
import { VirtualMachineIconConfig } from '@patternfly/react-icons/dist/esm/icons/virtual-machine-icon';

export type IconName =
  | 'circuitBreaker'
  | 'virtualService'
  | 'outOfMesh'
  | 'workloadEntry'
  | 'waypoint'
  | 'gateway'
  | 'root'
  | 'outside'
  | 'inaccessible';

const configs = {
  circuitBreaker: BoltIconConfig,
  virtualService: CodeBranchIconConfig,
  outOfMesh: BlueprintIconConfig,
  workloadEntry: VirtualMachineIconConfig,
  waypoint: InfrastructureIconConfig,
  gateway: GlobeIconConfig,
  root: PlayIconConfig,
  outside: TopologyIconConfig,
  inaccessible: KeyIconConfig,
} as const;

interface Drawing {
  readonly paths: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function drawing(name: IconName): Drawing {
  const icon = configs[name].icon as unknown as {
    xOffset?: number;
    yOffset?: number;
    width: number;
    height: number;
    svgPathData: string | readonly { path: string }[];
  };
  const data = icon.svgPathData;
  return {
    paths: typeof data === 'string' ? [data] : data.map((part) => part.path),
    x: icon.xOffset ?? 0,
    y: icon.yOffset ?? 0,
    width: icon.width,
    height: icon.height,
  };
}

/** The icon on a disc, as a data URI for the canvas. */
export function discUri(name: IconName, disc: string, ink: string, rim: string): string {
  return uri(`<circle cx="16" cy="16" r="14.5" fill="${disc}" stroke="${rim}" stroke-width="2"/>${glyph(name, ink, 8, 16)}`);
}

/** The bare icon, as a data URI for the canvas. */
export function glyphUri(name: IconName, ink: string): string {
  return uri(glyph(name, ink, 4, 24));
}

function glyph(name: IconName, ink: string, offset: number, size: number): string {
  const { paths, x, y, width, height } = drawing(name);
  const body = paths.map((path) => `<path d="${path}"/>`).join('');
  return `<svg x="${offset}" y="${offset}" width="${size}" height="${size}" viewBox="${x} ${y} ${width} ${height}" fill="${ink}">${body}</svg>`;
}

function uri(content: string): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 32 32">${content}</svg>`;
  return `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;
}
