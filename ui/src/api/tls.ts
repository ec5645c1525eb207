import { array, object, text } from './decode';
import { getJson, queryString } from './http';

/** The mTLS of a mesh or of a namespace. */
export interface TlsStatus {
  readonly namespace: string;
  readonly status: string;
  readonly autoMtls: boolean;
  readonly minTls: string;
}

export type TlsMode = 'strict' | 'partial' | 'permissive' | 'disabled' | 'unset';

/** What Kiali's padlocks tell. `UNSET`: no policy says anything, which is permissive with automatic mTLS. */
export function tlsMode(status: string): TlsMode {
  switch (status) {
    case 'MTLS_ENABLED':
    case 'MTLS_ENABLED_EXTENDED':
    case 'UNSET_INHERITED_STRICT':
      return 'strict';
    case 'MTLS_PARTIALLY_ENABLED':
      return 'partial';
    case 'MTLS_NOT_ENABLED':
      return 'permissive';
    case 'MTLS_DISABLED':
    case 'UNSET_INHERITED_DISABLED':
      return 'disabled';
    default:
      return 'unset';
  }
}

export function fetchMeshTls(signal: AbortSignal): Promise<TlsStatus> {
  return getJson('api/mesh/tls', decodeTls, signal);
}

export function fetchNamespaceTls(namespaces: readonly string[], signal: AbortSignal): Promise<readonly TlsStatus[]> {
  return getJson(`api/clusters/tls${queryString({ namespaces })}`, (json) => array(json, 'tls').map(decodeTls), signal);
}

export function decodeTls(json: unknown): TlsStatus {
  const data = object(json, 'tls');
  return { namespace: text(data.namespace), status: text(data.status), autoMtls: data.autoMTLSEnabled === true, minTls: text(data.minTLS) };
}
