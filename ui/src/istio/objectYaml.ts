import { stringify } from 'yaml';
import { optionalObject, type JsonObject } from '../api/decode';

/** An object as YAML to read: identity first, without the bookkeeping of the API server. */
export function objectYaml(resource: JsonObject): string {
  const { apiVersion, kind, metadata, ...rest } = resource;
  return stringify({ apiVersion, kind, metadata: tidyMetadata(optionalObject(metadata) ?? {}), ...withoutEmptyStatus(rest) }, { lineWidth: 0 });
}

function tidyMetadata(metadata: JsonObject): JsonObject {
  const { managedFields: _, annotations, ...rest } = metadata;
  const kept = Object.entries(optionalObject(annotations) ?? {}).filter(([key]) => key !== 'kubectl.kubernetes.io/last-applied-configuration');
  const { name, namespace, ...others } = rest;
  return { name, namespace, ...others, ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }) };
}

function withoutEmptyStatus(rest: JsonObject): JsonObject {
  const { status, ...others } = rest;
  return Object.keys(optionalObject(status) ?? {}).length === 0 ? others : rest;
}
