using Weft.Console.IstioConfig;
using Weft.Kubernetes.Objects;

namespace Weft.Api.IstioConfig;

/// <summary>A sentence about each field of a kind's spec that people edit, in our own words.</summary>
internal static class ConfigHelp
{
    private static readonly Dictionary<GroupVersionKind, HelpDto[]> ByKind = new()
    {
        [ConfigKinds.VirtualService] =
        [
            new("spec.hosts", "Names that callers use; a name without a dot is a Service of this namespace."),
            new("spec.gateways", "Gateways that apply these routes. \"mesh\" stands for all sidecars, and is meant when none is named."),
            new("spec.http", "Routes of HTTP and gRPC traffic; the first that matches is taken."),
            new("spec.tls", "Routes of TLS traffic that is not terminated, by its server name."),
            new("spec.tcp", "Routes of all other traffic, by port."),
            new("spec.exportTo", "Namespaces that see it: all when empty, \".\" for this one."),
        ],
        [ConfigKinds.DestinationRule] =
        [
            new("spec.host", "The host that it is about; a name without a dot is a Service of this namespace."),
            new("spec.trafficPolicy", "Load balancing, connection pools, outlier detection and TLS towards the host."),
            new("spec.subsets", "Named parts of the host's endpoints, by labels, which routes lead to."),
            new("spec.exportTo", "Namespaces that see it: all when empty, \".\" for this one."),
        ],
        [ConfigKinds.Gateway] =
        [
            new("spec.selector", "Labels of the pods that listen."),
            new("spec.servers", "Ports, hosts and TLS settings that they listen with."),
        ],
        [ConfigKinds.ServiceEntry] =
        [
            new("spec.hosts", "Names that become known to the mesh."),
            new("spec.addresses", "Virtual addresses of the hosts."),
            new("spec.ports", "Ports and their protocols."),
            new("spec.location", "Whether it is outside (MESH_EXTERNAL) or part of the mesh (MESH_INTERNAL)."),
            new("spec.resolution", "How endpoints are found: NONE, STATIC, DNS or DNS_ROUND_ROBIN."),
            new("spec.endpoints", "Endpoints, when they are not found by labels."),
            new("spec.workloadSelector", "Labels of the workloads that serve it; instead of endpoints."),
            new("spec.exportTo", "Namespaces that see it: all when empty, \".\" for this one."),
        ],
        [ConfigKinds.Sidecar] =
        [
            new("spec.workloadSelector", "Labels of the workloads that it is for; all of the namespace when absent."),
            new("spec.ingress", "Listeners for what comes in."),
            new("spec.egress", "Listeners for what goes out, and the hosts that can be reached."),
            new("spec.outboundTrafficPolicy", "What becomes of calls to unknown hosts."),
        ],
        [ConfigKinds.AuthorizationPolicy] =
        [
            new("spec.selector", "Labels of the workloads that it protects; all of the namespace when absent."),
            new("spec.action", "ALLOW, DENY, AUDIT or CUSTOM."),
            new("spec.rules", "From where, to what and when; ALLOW without any rule denies everything."),
        ],
        [ConfigKinds.PeerAuthentication] =
        [
            new("spec.selector", "Labels of the workloads that it is for; all of the namespace when absent."),
            new("spec.mtls", "Whether mutual TLS is required (STRICT), accepted (PERMISSIVE) or off (DISABLE)."),
            new("spec.portLevelMtls", "The same for single ports of the workload."),
        ],
        [ConfigKinds.RequestAuthentication] =
        [
            new("spec.selector", "Labels of the workloads that it is for; all of the namespace when absent."),
            new("spec.jwtRules", "Issuers of tokens and the keys that they are checked with."),
        ],
    };

    public static HelpDto[] Of(GroupVersionKind kind) => ByKind.GetValueOrDefault(kind) ?? [];
}
