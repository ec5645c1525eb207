/** The fields of a line in Istio's access log format, in the order of the line. */
export const accessLogFields = [
  'timestamp', 'method', 'path', 'protocol', 'responseCode', 'responseFlags', 'responseCodeDetails', 'connectionTerminationDetails', 'upstreamFailureReason', 'bytesReceived', 'bytesSent',
  'duration', 'upstreamServiceTime', 'forwardedFor', 'userAgent', 'requestId', 'authority', 'upstreamHost', 'upstreamCluster', 'upstreamLocalAddress', 'downstreamLocalAddress',
  'downstreamRemoteAddress', 'requestedServerName', 'routeName',
] as const;
export type AccessLogField = (typeof accessLogFields)[number];

export type AccessLog = Readonly<Record<AccessLogField, string>>;

/**
 * Reads a line of Istio's default format, also of older versions, which have fewer fields between the response flags and the bytes.
 * `null`: the line is something else.
 */
export function parseAccessLog(line: string): AccessLog | null {
  const start = /^\[(\d{4}-\d\d-\d\dT[\d:.]+Z?)\]\s+"([^"]*)"\s+/.exec(line);
  if (start === null) return null;
  const [method = '-', path = '-', protocol = '-'] = (start[2] ?? '').split(' ');
  const rest = tokens(line.slice(start[0].length));
  const [code = '', flags = ''] = rest;
  // Bytes received, bytes sent and the duration are the first three numbers in a row.
  const bytes = rest.findIndex((_, i) => i >= 2 && [0, 1, 2].every((offset) => /^\d+$/.test(rest[i + offset] ?? '')));
  if (!/^\d+$/.test(code) || bytes < 0) return null;
  const details = rest.slice(2, bytes);
  const [details1 = '-', details2 = '-', failure = '-'] = details.length >= 3 ? details : ['-', '-', ...details.slice(-1)];
  const at = (offset: number) => rest[bytes + offset] ?? '-';
  return {
    timestamp: start[1] ?? '',
    method,
    path,
    protocol,
    responseCode: code,
    responseFlags: flags,
    responseCodeDetails: details1,
    connectionTerminationDetails: details2,
    upstreamFailureReason: failure,
    bytesReceived: at(0),
    bytesSent: at(1),
    duration: at(2),
    upstreamServiceTime: at(3),
    forwardedFor: at(4),
    userAgent: at(5),
    requestId: at(6),
    authority: at(7),
    upstreamHost: at(8),
    upstreamCluster: at(9),
    upstreamLocalAddress: at(10),
    downstreamLocalAddress: at(11),
    downstreamRemoteAddress: at(12),
    requestedServerName: at(13),
    routeName: at(14),
  };
}

/** Words, and what stands in quotes as one word. */
function tokens(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
}

/** What Envoy's response flags mean. */
export const responseFlags: Readonly<Record<string, string>> = {
  DC: 'Downstream connection termination',
  DF: 'DNS resolution failure',
  DI: 'Delayed by fault injection',
  DPE: 'Downstream protocol error',
  FI: 'Aborted by fault injection',
  IH: 'Invalid value of a strictly checked header',
  LH: 'Local health check failed',
  LR: 'Connection reset locally',
  NC: 'Upstream cluster not found',
  NFCF: 'No filter configuration found',
  NR: 'No route configured for the request',
  OM: 'Overload manager ended the request',
  RL: 'Rate limited',
  RLSE: 'Error of the rate limit service',
  SI: 'Stream idle timeout',
  UAEX: 'Denied by the external authorization service',
  UC: 'Upstream connection termination',
  UF: 'Upstream connection failure',
  UH: 'No healthy upstream host',
  UMSDR: 'Upstream reached the maximum stream duration',
  UO: 'Upstream overflow: the circuit breaker is open',
  UPE: 'Upstream protocol error',
  UR: 'Connection reset by the upstream',
  URX: 'Retries or connection attempts used up',
  UT: 'Upstream request timeout',
  DT: 'Request or connection exceeded its maximum duration',
};
