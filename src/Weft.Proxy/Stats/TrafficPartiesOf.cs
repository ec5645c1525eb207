using Weft.Proxy.Clusters;
using Weft.Proxy.Tls;

namespace Weft.Proxy.Stats;

/// <summary>Derives the labels of who talks to whom, as istio.stats does.</summary>
internal static class TrafficPartiesOf
{
    private const string Unknown = WorkloadIdentity.UnknownText;
    private const string Passthrough = "PassthroughCluster";
    private const string BlackHole = "BlackHoleCluster";
    private const string InboundPassthrough = "InboundPassthroughCluster";

    /// <param name="host">The Host header where the fallback to it is allowed.</param>
    public static TrafficParties Traffic(
        WorkloadIdentity local, bool isSource, WorkloadIdentity? peer, TlsSession? tls, ClusterModel? cluster, string clusterName, string routeName, string? host)
    {
        var localPrincipal = Principal(tls?.LocalUri);
        var peerPrincipal = Principal(tls?.PeerUri);
        var identity = WithNamespaceOf(peer ?? WorkloadIdentity.Unknown, peerPrincipal);
        var service = Service(local, isSource, cluster, clusterName, routeName, host);
        return new TrafficParties
        {
            IsSource = isSource,
            Peer = identity,
            SourcePrincipal = isSource ? localPrincipal : peerPrincipal,
            DestinationPrincipal = isSource ? peerPrincipal : localPrincipal,
            DestinationService = service.Host,
            DestinationServiceName = service.Name,
            DestinationServiceNamespace = isSource ? Namespace(service.Namespace, identity.Namespace) : local.Namespace,
            SecurityPolicy = isSource ? Unknown : localPrincipal != Unknown && peerPrincipal != Unknown ? "mutual_tls" : "none",
        };
    }

    private static string Principal(string? uri) => string.IsNullOrEmpty(uri) ? Unknown : uri;

    private static string Namespace(string service, string peer) => service.Length > 0 ? service : peer;

    private static ServiceIdentity Service(WorkloadIdentity local, bool isSource, ClusterModel? cluster, string clusterName, string routeName, string? host)
    {
        if (routeName == "block_all" || clusterName == BlackHole)
        {
            return new ServiceIdentity(host ?? Unknown, BlackHole, "");
        }

        if (routeName == "allow_any" || clusterName == Passthrough)
        {
            return new ServiceIdentity(host ?? Unknown, Passthrough, "");
        }

        if (clusterName is InboundPassthrough or InboundPassthrough + "Ipv4" or InboundPassthrough + "Ipv6")
        {
            return new ServiceIdentity(Known(local.CanonicalName), clusterName, "");
        }

        if (cluster?.Service is { } service)
        {
            return service;
        }

        if (!isSource)
        {
            return new ServiceIdentity(Known(local.CanonicalName), Known(local.CanonicalName), "");
        }

        return string.IsNullOrEmpty(host) ? new ServiceIdentity(Unknown, Unknown, "") : new ServiceIdentity(host, host, "");
    }

    private static string Known(string text) => text.Length > 0 ? text : Unknown;

    // The namespace in the peer's certificate is proven, that in its metadata is told.
    private static WorkloadIdentity WithNamespaceOf(WorkloadIdentity peer, string principal)
    {
        var start = principal.IndexOf("/ns/", StringComparison.Ordinal);
        if (start < 0)
        {
            return peer;
        }

        var name = principal.AsSpan(start + 4);
        var end = name.IndexOf('/');
        return end <= 0 || name[..end].SequenceEqual(peer.Namespace) ? peer : peer with { Namespace = name[..end].ToString() };
    }
}
