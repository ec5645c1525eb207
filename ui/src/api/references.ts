import { array, optionalObject, text } from './decode';

/** A kind of Kubernetes object as Kiali writes it: `{Group, Version, Kind}`, or the text `group/version, Kind=kind`. */
export interface ObjectKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface ObjectReference extends ObjectKind {
  readonly name: string;
  readonly namespace: string;
  readonly cluster: string;
}

export type CheckSeverity = 'error' | 'warning' | 'unknown';

/** A finding of the validation of an object. */
export interface Check {
  readonly code: string;
  readonly message: string;
  readonly path: string;
  readonly severity: CheckSeverity;
}

export interface Validation {
  readonly valid: boolean;
  readonly checks: readonly Check[];
  readonly references: readonly ObjectReference[];
}

export function decodeKind(json: unknown): ObjectKind {
  const data = optionalObject(json);
  return { group: text(data?.Group), version: text(data?.Version), kind: text(data?.Kind) };
}

/** Reads `networking.istio.io/v1, Kind=VirtualService`; `null` where it is something else. */
export function parseKind(value: string): ObjectKind | null {
  const match = /^(?:([^/]*)\/)?([^,/]+), Kind=(.+)$/.exec(value);
  return match === null ? null : { group: match[1] ?? '', version: match[2] ?? '', kind: match[3] ?? '' };
}

export function decodeReferences(json: unknown): ObjectReference[] {
  return array(json, 'references').map((item) => {
    const data = optionalObject(item);
    return { ...decodeKind(data?.objectGVK), name: text(data?.name), namespace: text(data?.namespace), cluster: text(data?.cluster) };
  });
}

/** `null`: nothing was validated. */
export function decodeValidation(json: unknown): Validation | null {
  const data = optionalObject(json);
  if (data === null) return null;
  return {
    valid: data.valid !== false,
    references: decodeReferences(data.references),
    checks: array(data.checks, 'checks').map((item) => {
      const check = optionalObject(item);
      const severity = text(check?.severity);
      return {
        code: text(check?.code),
        message: text(check?.message),
        path: text(check?.path),
        severity: severity === 'error' || severity === 'warning' ? severity : 'unknown',
      };
    }),
  };
}

/** Validations of a list: kind, then `name.namespace`. */
export function validationOf(validations: unknown, kind: string, name: string, namespace: string): Validation | null {
  return decodeValidation(optionalObject(optionalObject(validations)?.[kind])?.[`${name}.${namespace}`]);
}

export type ValidationStatus = 'valid' | 'warning' | 'error' | 'none';

export function validationStatus(validation: Validation | null): ValidationStatus {
  if (validation === null) return 'none';
  if (validation.checks.some((check) => check.severity === 'error')) return 'error';
  return validation.checks.some((check) => check.severity === 'warning') ? 'warning' : 'valid';
}

/** The console path of an object of Istio or of the Gateway API. */
export function objectPath(reference: Omit<ObjectReference, 'cluster'>): string {
  const parts = [reference.namespace, 'istio', reference.group, reference.version, reference.kind, reference.name];
  return `/namespaces/${parts.map(encodeURIComponent).join('/')}`;
}
