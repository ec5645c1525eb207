import { Label } from '@patternfly/react-core';

/** The letters that Kiali's users know for kinds of things, with a colour each. */
const badges = {
  applications: ['A', 'green', 'Application'],
  workloads: ['W', 'blue', 'Workload'],
  services: ['S', 'teal', 'Service'],
  namespaces: ['NS', 'purple', 'Namespace'],
  pods: ['P', 'grey', 'Pod'],
  VirtualService: ['VS', 'orange', 'VirtualService'],
  DestinationRule: ['DR', 'orange', 'DestinationRule'],
  Gateway: ['G', 'orange', 'Gateway'],
  ServiceEntry: ['SE', 'orange', 'ServiceEntry'],
  Sidecar: ['SC', 'orange', 'Sidecar'],
  WorkloadEntry: ['WE', 'orange', 'WorkloadEntry'],
  WorkloadGroup: ['WG', 'orange', 'WorkloadGroup'],
  EnvoyFilter: ['EF', 'orange', 'EnvoyFilter'],
  WasmPlugin: ['WP', 'orange', 'WasmPlugin'],
  Telemetry: ['TM', 'orange', 'Telemetry'],
  AuthorizationPolicy: ['AP', 'yellow', 'AuthorizationPolicy'],
  PeerAuthentication: ['PA', 'yellow', 'PeerAuthentication'],
  RequestAuthentication: ['RA', 'yellow', 'RequestAuthentication'],
  HTTPRoute: ['HTTP', 'orangered', 'HTTPRoute'],
  GRPCRoute: ['GRPC', 'orangered', 'GRPCRoute'],
  TCPRoute: ['TCP', 'orangered', 'TCPRoute'],
  TLSRoute: ['TLS', 'orangered', 'TLSRoute'],
  UDPRoute: ['UDP', 'orangered', 'UDPRoute'],
  ReferenceGrant: ['RG', 'orangered', 'ReferenceGrant'],
} as const;

export function KindBadge({ kind }: { readonly kind: string }) {
  const known = kind in badges ? badges[kind as keyof typeof badges] : null;
  const [text, color, title] = known ?? [kind.replace(/[a-z]/g, '').slice(0, 3) || kind.slice(0, 2), 'grey', kind];
  return (
    <Label isCompact color={color} title={title} className="weft-kind">
      {text}
    </Label>
  );
}
