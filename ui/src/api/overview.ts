import { array, numeric, object, optionalObject, text, type JsonObject } from './decode';
import type { HealthStatus } from './graph';
import { healthStatus } from './health';
import { getJson, queryString } from './http';
import { decodeMetrics, type MetricMap } from './metrics';

/** The request rates of an application, per second. */
export interface ApplicationRate {
  readonly name: string;
  readonly namespace: string;
  readonly health: HealthStatus;
  readonly inbound: number;
  readonly outbound: number;
}

/** A service that stands out, by one measure: percent of errors, milliseconds, or bytes per second. */
export interface ServiceInsight {
  readonly name: string;
  readonly namespace: string;
  readonly health: HealthStatus;
  readonly value: number;
  readonly requestRate: number | null;
}

export const insightKinds = ['rates', 'latency', 'throughput'] as const;
export type InsightKind = (typeof insightKinds)[number];

export interface ControlPlane {
  readonly name: string;
  readonly namespace: string;
  readonly cluster: string;
  readonly revision: string;
  readonly version: string;
  readonly status: string;
  readonly managedNamespaces: readonly string[];
}

/** A part of the mesh itself: istiod, gateways, stores. */
export interface Component {
  readonly name: string;
  readonly cluster: string;
  readonly status: string;
  readonly isCore: boolean;
}

export function fetchApplicationRates(signal: AbortSignal): Promise<readonly ApplicationRate[]> {
  return getJson('api/overview/metrics/apps/rates', decodeApplicationRates, signal);
}

export function decodeApplicationRates(json: unknown): readonly ApplicationRate[] {
  return array(object(json, 'rates').apps, 'apps').map((item) => {
    const app = object(item, 'app');
    return {
      name: text(app.appName),
      namespace: text(app.namespace),
      health: healthStatus(app.healthStatus),
      inbound: numeric(app.requestRateIn) ?? 0,
      outbound: numeric(app.requestRateOut) ?? 0,
    };
  });
}

export function fetchInsights(kind: InsightKind, signal: AbortSignal): Promise<readonly ServiceInsight[]> {
  return getJson(`api/overview/metrics/services/${kind}`, (json) => decodeInsights(kind, json), signal);
}

export function decodeInsights(kind: InsightKind, json: unknown): readonly ServiceInsight[] {
  return array(object(json, 'insights').services, 'services').map((item) => {
    const service = object(item, 'service');
    return {
      name: text(service.serviceName),
      namespace: text(service.namespace),
      health: healthStatus(service.healthStatus),
      value: valueOf(kind, service),
      requestRate: numeric(service.requestRate),
    };
  });
}

/** Kiali tells the error rate as a share of 1. */
function valueOf(kind: InsightKind, service: JsonObject): number {
  if (kind === 'rates') return 100 * (numeric(service.errorRate) ?? 0);
  return numeric(kind === 'latency' ? service.latency : service.tcpRate) ?? 0;
}

export function fetchControlPlanes(signal: AbortSignal): Promise<readonly ControlPlane[]> {
  return getJson('api/mesh/controlplanes', decodeControlPlanes, signal);
}

export function decodeControlPlanes(json: unknown): readonly ControlPlane[] {
  return array(json, 'control planes').map((item) => {
    const plane = object(item, 'control plane');
    return {
      name: text(plane.istiodName),
      namespace: text(plane.istiodNamespace),
      cluster: text(optionalObject(plane.cluster)?.name),
      revision: text(plane.revision),
      version: text(optionalObject(plane.version)?.version),
      status: text(plane.status),
      managedNamespaces: array(plane.managedNamespaces, 'managedNamespaces').map((namespace) => text(optionalObject(namespace)?.name)),
    };
  });
}

export function fetchComponents(signal: AbortSignal): Promise<readonly Component[]> {
  return getJson('api/istio/status', decodeComponents, signal);
}

export function decodeComponents(json: unknown): readonly Component[] {
  return array(json, 'components').map((item) => {
    const component = object(item, 'component');
    return { name: text(component.name), cluster: text(component.cluster), status: text(component.status), isCore: component.isCore === true };
  });
}

/** Requests and errors over time by namespace; a namespace without metrics is absent. */
export function fetchNamespaceMetrics(namespaces: readonly string[], duration: number, step: number, signal: AbortSignal): Promise<Readonly<Record<string, MetricMap>>> {
  const query = queryString({ namespaces, duration, step, rateInterval: `${Math.max(60, step)}s`, 'filters[]': ['request_count', 'request_error_count'], direction: 'inbound', reporter: 'destination' });
  return getJson(`api/clusters/metrics${query}`, (json) => Object.fromEntries(Object.entries(object(json, 'metrics')).map(([name, metrics]) => [name, optionalObject(metrics) ? decodeMetrics(metrics) : {}])), signal);
}
