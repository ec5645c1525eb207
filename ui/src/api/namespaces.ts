import { array, object, string, stringMap, text } from './decode';
import { getJson } from './http';

export interface Namespace {
  readonly name: string;
  readonly cluster: string;
  readonly isAmbient: boolean;
  readonly isControlPlane: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly revision: string;
}

export function fetchNamespaces(signal: AbortSignal | undefined): Promise<readonly Namespace[]> {
  return getJson('api/namespaces', decodeNamespaces, signal);
}

export function decodeNamespaces(json: unknown): readonly Namespace[] {
  return array(json, 'namespaces')
    .map((item, i) => {
      const data = object(item, `namespaces[${i}]`);
      return {
        name: string(data.name, `namespaces[${i}].name`),
        cluster: text(data.cluster),
        isAmbient: data.isAmbient === true,
        isControlPlane: data.isControlPlane === true,
        labels: stringMap(data.labels),
        annotations: stringMap(data.annotations),
        revision: text(data.revision),
      };
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}
