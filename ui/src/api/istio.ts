import { array, numeric, object, optionalObject, string, stringMap, text, type JsonObject } from './decode';
import { getJson, queryString } from './http';
import { decodeReferences, decodeValidation, parseKind, validationOf, type ObjectKind, type ObjectReference, type Validation } from './references';

/** A row of the list of Istio's and the Gateway API's objects. */
export interface IstioObjectItem extends ObjectKind {
  readonly name: string;
  readonly namespace: string;
  readonly cluster: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly validation: Validation | null;
}

export interface FieldHelp {
  readonly field: string;
  readonly message: string;
}

/** An object with what the server knows about it. */
export interface IstioObjectDetails extends ObjectKind {
  readonly name: string;
  readonly namespace: string;
  readonly resource: JsonObject;
  readonly validation: Validation | null;
  readonly help: readonly FieldHelp[];
  readonly references: readonly ObjectReference[];
  readonly services: readonly { readonly name: string; readonly namespace: string }[];
  readonly workloads: readonly { readonly name: string; readonly namespace: string }[];
  readonly permissions: { readonly update: boolean; readonly remove: boolean };
}

export interface ValidationSummary {
  readonly namespace: string;
  readonly errors: number;
  readonly warnings: number;
  readonly objectCount: number;
}

export function fetchIstioConfig(signal: AbortSignal): Promise<readonly IstioObjectItem[]> {
  return getJson('api/istio/config?validate=true', decodeIstioConfig, signal);
}

export function fetchNamespaceIstioConfig(namespace: string, signal: AbortSignal, query: Readonly<Record<string, string | boolean>> = {}) {
  return getJson(`api/namespaces/${encodeURIComponent(namespace)}/istio${queryString({ validate: true, ...query })}`, decodeIstioConfig, signal);
}

export function decodeIstioConfig(json: unknown): readonly IstioObjectItem[] {
  const data = object(json, 'istio config');
  return Object.entries(optionalObject(data.resources) ?? {}).flatMap(([kindText, objects]) => {
    const kind = parseKind(kindText);
    if (kind === null) return [];
    return array(objects, kindText).map((item) => decodeItem(object(item, kindText), kind, kindText, data.validations));
  });
}

function decodeItem(resource: JsonObject, kind: ObjectKind, kindText: string, validations: unknown): IstioObjectItem {
  const metadata = optionalObject(resource.metadata) ?? {};
  const [name, namespace] = [string(metadata.name, `${kindText}.metadata.name`), text(metadata.namespace)];
  return {
    ...kind,
    name,
    namespace,
    cluster: text(metadata.cluster),
    labels: stringMap(metadata.labels),
    createdAt: text(metadata.creationTimestamp),
    validation: validationOf(validations, kindText, name, namespace),
  };
}

/** An object out of a list of raw objects, as in the details of a service. */
export function decodeRawObjects(json: unknown, validations: unknown): IstioObjectItem[] {
  return array(json, 'objects').map((item) => {
    const resource = object(item, 'object');
    const [group = '', version = ''] = text(resource.apiVersion).split('/');
    const kind = { group, version, kind: text(resource.kind) };
    return decodeItem(resource, kind, `${group}/${version}, Kind=${kind.kind}`, validations);
  });
}

export interface IstioObjectAddress extends ObjectKind {
  readonly namespace: string;
  readonly name: string;
}

export function fetchIstioObject(address: IstioObjectAddress, signal: AbortSignal): Promise<IstioObjectDetails> {
  const parts = [address.group, address.version, address.kind, address.name].map(encodeURIComponent).join('/');
  const path = `api/namespaces/${encodeURIComponent(address.namespace)}/istio/${parts}?validate=true&help=true`;
  return getJson(path, (json) => decodeIstioObject(json, address), signal);
}

export function decodeIstioObject(json: unknown, address: IstioObjectAddress): IstioObjectDetails {
  const data = object(json, 'object');
  const references = optionalObject(data.references);
  const permissions = optionalObject(data.permissions);
  return {
    ...address,
    resource: object(data.resource, 'resource'),
    validation: decodeValidation(data.validation),
    help: array(data.help, 'help').map((item) => {
      const help = optionalObject(item);
      return { field: text(help?.objectField), message: text(help?.message) };
    }),
    references: decodeReferences(references?.objectReferences),
    services: names(references?.serviceReferences),
    workloads: names(references?.workloadReferences),
    permissions: { update: permissions?.update === true, remove: permissions?.delete === true },
  };
}

export function fetchValidationSummaries(namespaces: readonly string[], signal: AbortSignal): Promise<readonly ValidationSummary[]> {
  return getJson(`api/istio/validations${queryString({ namespaces })}`, decodeValidationSummaries, signal);
}

export function decodeValidationSummaries(json: unknown): readonly ValidationSummary[] {
  return array(json, 'validations').map((item) => {
    const data = object(item, 'validation summary');
    return {
      namespace: text(data.namespace),
      errors: numeric(data.errors) ?? 0,
      warnings: numeric(data.warnings) ?? 0,
      objectCount: numeric(data.objectCount) ?? 0,
    };
  });
}

function names(json: unknown) {
  return array(json, 'references').map((item) => {
    const data = optionalObject(item);
    return { name: text(data?.name), namespace: text(data?.namespace) };
  });
}
