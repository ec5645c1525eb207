import { gunzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { decodeGraph, type TrafficGraph } from './api/graph';

/** A recorded answer of a real Kiali (mock/fixtures), as JSON. For tests only. */
export function recordedJson(name: string): unknown {
  return JSON.parse(gunzipSync(readFileSync(`mock/fixtures/${name}.json.gz`)).toString('utf8'));
}

export function recordedGraph(name: string): TrafficGraph {
  return decodeGraph(recordedJson(name));
}
