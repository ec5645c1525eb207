using System.Text.RegularExpressions;
using Weft.ControlPlane.Generation;
using Weft.ControlPlane.Generation.Gateways;
using Weft.ControlPlane.Generation.Listeners;
using Weft.Istio.Snapshot;
using Weft.Kubernetes.Objects;
using Weft.Xds;

namespace Weft.ControlPlane.Status;

/// <summary>
/// Which Istio objects a resource was made from, told by the resource itself: its metadata (VirtualService, DestinationRule, Sidecar), the names of its RBAC rules
/// (AuthorizationPolicy), the issuers of its tokens (RequestAuthentication) and the host of a cluster (ServiceEntry); or by what is in force for the proxy where
/// the resource does not tell: the servers of a gateway's listeners and routes (Gateway), the mutual TLS that inbound connections speak (PeerAuthentication), and
/// what listeners report (Telemetry).
/// </summary>
internal static partial class ResourceSources
{
    private static readonly Dictionary<string, string> s_kinds = new()
    {
        ["virtual-service"] = "VirtualService", ["destination-rule"] = "DestinationRule", ["sidecar"] = "Sidecar",
    };

    /// <param name="view">Of the proxy that has the resource.</param>
    /// <param name="name">The resource's name, as <c>outbound|443||api.example.com</c>.</param>
    /// <param name="json">The resource in protobuf's JSON.</param>
    public static IEnumerable<ObjectReference> Of(ProxyView view, string typeUrl, string name, string json) =>
    [
        .. InMetadata(json), .. Policies(json), .. Authentications(view.Snapshot, json), .. Entries(view.Snapshot, name), .. Gateways(view, typeUrl, name),
        .. typeUrl == TypeUrls.Listener ? InForce(view, name) : [],
    ];

    private static IEnumerable<ObjectReference> InMetadata(string json) =>
        from match in MetadataPattern().Matches(json)
        where s_kinds.ContainsKey(match.Groups["kind"].Value)
        select new ObjectReference(s_kinds[match.Groups["kind"].Value], NameIn(match));

    private static IEnumerable<ObjectReference> Policies(string json) =>
        RulePattern().Matches(json).Select(match => new ObjectReference("AuthorizationPolicy", NameIn(match)));

    private static IEnumerable<ObjectReference> Authentications(MeshSnapshot snapshot, string json)
    {
        var issuers = IssuerPattern().Matches(json).Select(match => match.Groups["issuer"].Value).ToHashSet(StringComparer.Ordinal);
        return from item in snapshot.Objects.RequestAuthentications
            where item.Spec.JwtRules.Any(rule => issuers.Contains(rule.Issuer))
            select new ObjectReference("RequestAuthentication", NamespacedName.Of(item));
    }

    private static IEnumerable<ObjectReference> Entries(MeshSnapshot snapshot, string name) =>
        name.Split('|') is [_, _, _, var host]
            ? from item in snapshot.Objects.ServiceEntries where item.Spec.Hosts.Contains(host) select new ObjectReference("ServiceEntry", NamespacedName.Of(item))
            : [];

    private static IEnumerable<ObjectReference> Gateways(ProxyView view, string typeUrl, string name)
    {
        var servers = typeUrl switch
        {
            TypeUrls.Route => view.Gateways.ServersOf(name),
            TypeUrls.Listener => view.Gateways.Ports.Where(port => GatewayListeners.NameOf(port) == name).SelectMany(port => port.Servers),
            _ => [],
        };
        return servers.Select(server => NamespacedName.Of(server.Gateway)).Where(view.Snapshot.Objects.Gateways.Select(NamespacedName.Of).Contains)
            .Select(gateway => new ObjectReference("Gateway", gateway));
    }

    private static IEnumerable<ObjectReference> InForce(ProxyView view, string name) =>
    [
        .. view.Telemetry.Objects.Select(item => new ObjectReference("Telemetry", NamespacedName.Of(item))),
        .. name == InboundListener.Name ? view.Tls.Policies.Select(item => new ObjectReference("PeerAuthentication", NamespacedName.Of(item))) : [],
    ];

    private static NamespacedName NameIn(Match match) => new(match.Groups["namespace"].Value, match.Groups["name"].Value);

    [GeneratedRegex("\"config\":\\s*\"/apis/[^/\"]+/[^/\"]+/namespaces/(?<namespace>[^/\"]+)/(?<kind>[^/\"]+)/(?<name>[^/\"]+)\"")]
    private static partial Regex MetadataPattern();

    [GeneratedRegex("\"ns\\[(?<namespace>[^\\]\"]+)\\]-policy\\[(?<name>[^\\]\"]+)\\]-rule\\[")]
    private static partial Regex RulePattern();

    [GeneratedRegex("\"issuer\":\\s*\"(?<issuer>[^\"]+)\"")]
    private static partial Regex IssuerPattern();
}
