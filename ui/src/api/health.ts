import { array, numeric, optionalObject, text, type JsonObject } from './decode';
import { healthStatuses, type HealthStatus } from './graph';

/** Requests per second by response code, of one protocol. */
export type CodeRates = Readonly<Record<string, number>>;

export interface ReplicaStatus {
  readonly name: string;
  readonly desired: number;
  readonly current: number;
  readonly available: number;
  /** Proxies in sync with the control plane; `null` where it is not known. */
  readonly synced: number | null;
}

/** Health as the server has computed it, with what it was computed from. */
export interface Health {
  readonly status: HealthStatus;
  /** Percent of requests that failed by the worst tolerance; `null` without requests. */
  readonly errorRatio: number | null;
  readonly requestRate: number;
  readonly inbound: Readonly<Record<string, CodeRates>>;
  readonly outbound: Readonly<Record<string, CodeRates>>;
  readonly workloads: readonly ReplicaStatus[];
}

/** Kiali's order: the worse, the higher. */
export const healthOrder: Readonly<Record<HealthStatus, number>> = { Failure: 4, Degraded: 3, 'Not Ready': 2, Healthy: 1, NA: 0 };

export function decodeHealth(json: unknown): Health | null {
  const data = optionalObject(json);
  if (data === null) return null;
  const status = optionalObject(data.status);
  const requests = optionalObject(data.requests);
  const ratio = numeric(status?.errorRatio);
  const single = optionalObject(data.workloadStatus);
  return {
    status: healthStatus(status?.status),
    errorRatio: ratio === null || ratio < 0 ? null : ratio,
    requestRate: numeric(status?.totalRequestRate) ?? 0,
    inbound: protocols(requests?.inbound),
    outbound: protocols(requests?.outbound),
    workloads: (single ? [single] : array(data.workloadStatuses, 'workloadStatuses')).map((item) => replicas(optionalObject(item) ?? {})),
  };
}

export function healthStatus(value: unknown): HealthStatus {
  return healthStatuses.find((status) => status === value) ?? 'NA';
}

/** The share of requests, in percent, whose code is an error. Codes: HTTP status, gRPC status, or `-` for no response. */
export function errorShare(protocols: Readonly<Record<string, CodeRates>>): { readonly total: number; readonly errors: number } {
  let [total, errors] = [0, 0];
  for (const [protocol, codes] of Object.entries(protocols)) {
    for (const [code, rate] of Object.entries(codes)) {
      total += rate;
      if (isErrorCode(protocol, code)) errors += rate;
    }
  }
  return { total, errors };
}

/** Which codes those errors had, the most frequent first; `share` in percent of all requests. */
export function errorCodes(protocols: Readonly<Record<string, CodeRates>>): readonly { readonly protocol: string; readonly code: string; readonly share: number }[] {
  const { total } = errorShare(protocols);
  return Object.entries(protocols)
    .flatMap(([protocol, codes]) => Object.entries(codes).flatMap(([code, rate]) => (rate > 0 && isErrorCode(protocol, code) ? [{ protocol, code, share: (100 * rate) / total }] : [])))
    .sort((a, b) => b.share - a.share);
}

export function isErrorCode(protocol: string, code: string): boolean {
  if (code === '-') return true;
  return protocol === 'grpc' && code.length < 3 ? code !== '0' : /^[45]\d\d$/.test(code);
}

function protocols(json: unknown): Record<string, CodeRates> {
  return Object.fromEntries(
    Object.entries(optionalObject(json) ?? {}).map(([protocol, codes]) => [
      protocol,
      Object.fromEntries(Object.entries(optionalObject(codes) ?? {}).map(([code, rate]) => [code, numeric(rate) ?? 0])),
    ]),
  );
}

function replicas(data: JsonObject): ReplicaStatus {
  const synced = numeric(data.syncedProxies);
  return {
    name: text(data.name),
    desired: numeric(data.desiredReplicas) ?? 0,
    current: numeric(data.currentReplicas) ?? 0,
    available: numeric(data.availableReplicas) ?? 0,
    synced: synced === null || synced < 0 ? null : synced,
  };
}
