import { array, numeric, object, optionalObject, stringMap, strings, text } from './decode';
import { getJson } from './http';

/** An expression offered in the find or hide menu, from the server's configuration. */
export interface Preset {
  readonly description: string;
  readonly expression: string;
}

/** Kiali's `uiDefaults`, in its words; what is absent is an empty text. */
export interface UiDefaults {
  readonly metricsPerRefresh: string;
  readonly refreshInterval: string;
  /** By protocol: `none`, `requests`, `sent`, ... */
  readonly traffic: Readonly<Record<string, string>>;
  readonly traceLimit: number | null;
}

/** Which edge labels have no metrics to be computed from. */
export interface DisabledFeatures {
  readonly responseTime: boolean;
  readonly responseTimeAverage: boolean;
  readonly responseTimePercentiles: boolean;
  readonly requestSize: boolean;
  readonly responseSize: boolean;
}

/** What the console reads of Kiali's PublicConfig. */
export interface ConsoleConfig {
  readonly ambientEnabled: boolean;
  readonly findPresets: readonly Preset[];
  readonly hidePresets: readonly Preset[];
  readonly meshFindPresets: readonly Preset[];
  readonly meshHidePresets: readonly Preset[];
  readonly clusters: readonly string[];
  readonly homeCluster: string;
  readonly scrapeInterval: number;
  readonly retention: number;
  /** Nothing may be changed through this console. */
  readonly isViewOnly: boolean;
  readonly uiDefaults: UiDefaults;
}

export interface ServerStatus {
  readonly version: string;
  /** The version of Kiali whose API the server speaks. */
  readonly apiVersion: string;
  readonly state: string;
  readonly components: readonly { readonly name: string; readonly version: string; readonly url: string }[];
  readonly warnings: readonly string[];
}

export function fetchConfig(signal: AbortSignal | undefined): Promise<ConsoleConfig> {
  return getJson('api/config', decodeConfig, signal);
}

export function fetchStatus(signal: AbortSignal | undefined): Promise<ServerStatus> {
  return getJson('api/status', decodeServerStatus, signal);
}

export function fetchDisabledFeatures(signal: AbortSignal | undefined): Promise<DisabledFeatures> {
  return getJson('api/config/disabled', decodeDisabledFeatures, signal);
}

export function decodeDisabledFeatures(json: unknown): DisabledFeatures {
  const data = object(json, 'disabled features');
  return {
    responseTime: data.responseTime === true,
    responseTimeAverage: data.responseTimeAverage === true,
    responseTimePercentiles: data.responseTimePercentiles === true,
    requestSize: data.requestSize === true,
    responseSize: data.responseSize === true,
  };
}

export function decodeConfig(json: unknown): ConsoleConfig {
  const data = object(json, 'config');
  const flags = optionalObject(data.kialiFeatureFlags);
  const defaults = optionalObject(flags?.uiDefaults);
  const [graph, mesh] = [optionalObject(defaults?.graph), optionalObject(defaults?.mesh)];
  const prometheus = optionalObject(data.prometheus);
  const clusters = Object.entries(optionalObject(data.clusters) ?? {});
  const home = clusters.find(([, cluster]) => optionalObject(cluster)?.isKialiHome === true);
  return {
    ambientEnabled: data.ambientEnabled === true,
    findPresets: presets(graph?.findOptions),
    hidePresets: presets(graph?.hideOptions),
    meshFindPresets: presets(mesh?.findOptions),
    meshHidePresets: presets(mesh?.hideOptions),
    clusters: clusters.map(([name]) => name),
    homeCluster: home?.[0] ?? clusters[0]?.[0] ?? '',
    scrapeInterval: numeric(prometheus?.globalScrapeInterval) ?? 15,
    retention: numeric(prometheus?.storageTsdbRetention) ?? 15 * 24 * 3600,
    isViewOnly: optionalObject(data.deployment)?.viewOnlyMode === true,
    uiDefaults: {
      metricsPerRefresh: text(defaults?.metricsPerRefresh),
      refreshInterval: text(defaults?.refreshInterval),
      traffic: stringMap(graph?.traffic),
      traceLimit: numeric(optionalObject(defaults?.tracing)?.limit),
    },
  };
}

export function decodeServerStatus(json: unknown): ServerStatus {
  const data = object(json, 'status');
  const status = optionalObject(data.status) ?? {};
  return {
    version: text(status['Weft version']),
    apiVersion: text(status['Kiali version']),
    state: text(status['Kiali state']),
    components: array(data.externalServices, 'externalServices').map((item) => {
      const service = optionalObject(item) ?? {};
      return { name: text(service.name), version: text(service.version), url: text(service.url) };
    }),
    warnings: strings(data.warningMessages),
  };
}

function presets(json: unknown): Preset[] {
  return array(json, 'presets')
    .map((item) => {
      const preset = optionalObject(item) ?? {};
      return { description: text(preset.description), expression: text(preset.expression) };
    })
    .filter((preset) => preset.expression !== '');
}
