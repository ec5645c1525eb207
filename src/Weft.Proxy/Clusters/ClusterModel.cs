using System.Collections.Immutable;
using System.Net;
using Envoy.Config.Core.V3;
using Weft.Proxy.LoadBalancing;
using Weft.Proxy.OutlierDetection;

namespace Weft.Proxy.Clusters;

/// <summary>A Cluster with its endpoints, resolved. Replaced whole when either changes; requests take it once.</summary>
internal sealed record ClusterModel
{
    public required string Name { get; init; }

    public required ClusterDiscovery Discovery { get; init; }

    /// <summary>The name under which EDS knows the endpoints.</summary>
    public required string ServiceName { get; init; }

    public required TimeSpan ConnectTimeout { get; init; }

    public required UpstreamProtocol Protocol { get; init; }

    public required TimeSpan HttpIdleTimeout { get; init; }

    public required TransportSockets Transports { get; init; }

    /// <summary>The source address of upstream connections; null lets the system choose.</summary>
    public required IPAddress? BindAddress { get; init; }

    /// <summary>Whether TCP peers exchange metadata when istio-peer-exchange is negotiated.</summary>
    public required bool ExchangesPeerMetadata { get; init; }

    /// <summary>From metadata istio.services; null for clusters that stand for no service.</summary>
    public required ServiceIdentity? Service { get; init; }

    /// <summary>Leads to the pod's own application (Istio's inbound clusters and InboundPassthroughCluster).</summary>
    public bool IsInbound => Name.StartsWith("inbound|", StringComparison.Ordinal) || Name == "InboundPassthroughCluster";

    /// <summary>A service outside the mesh (metadata istio.external).</summary>
    public required bool IsExternal { get; init; }

    /// <summary>Null when nothing is limited.</summary>
    public CircuitBreakers? Limits { get; init; }

    /// <summary>How often names of endpoints are resolved again (dns_refresh_rate; a name's own time to live is not known).</summary>
    public TimeSpan DnsRefreshRate { get; init; }

    /// <summary>The same after a failure.</summary>
    public TimeSpan DnsFailureRate { get; init; }

    /// <summary>The SNI of HTTP is the request's host (auto_sni).</summary>
    public bool UsesHostAsSni { get; init; }

    /// <summary>The server's certificate must bear the name that was asked by SNI (auto_san_validation).</summary>
    public bool ValidatesSni { get; init; }

    /// <summary>Null leaves keep-alive off.</summary>
    public TcpKeepalive? Keepalive { get; init; }

    /// <summary>So many requests and an HTTP connection ends (max_requests_per_connection); 0 for any number.</summary>
    public uint MaxRequestsPerConnection { get; init; }

    /// <summary>The longest life of an HTTP connection; zero has no end.</summary>
    public TimeSpan HttpConnectionLifetime { get; init; }

    public required LoadBalancingPolicy Policy { get; init; }

    public required SelectionOptions Selection { get; init; }

    /// <summary>Null switches outlier detection off.</summary>
    public OutlierDetectionModel? OutlierDetection { get; init; }

    public ImmutableArray<EndpointModel> Endpoints { get; init; } = [];

    /// <summary>Null until the endpoints are known.</summary>
    public EndpointSelector? Selector { get; init; }

    public required ClusterState State { get; init; }

    public required Envoy.Config.Cluster.V3.Cluster Config { get; init; }

    /// <summary>Chooses the endpoint of one attempt; null when none may be used.</summary>
    public EndpointModel? Pick(in PickContext context) =>
        Discovery == ClusterDiscovery.OriginalDestination ? State.OriginalDestination(context.OriginalDestination, this) : Selector?.Pick(context);

    /// <summary>The endpoint at an address, when a session may stay there (override_host_status); null when there is none.</summary>
    public EndpointModel? EndpointAt(IPEndPoint address)
    {
        foreach (var endpoint in Endpoints)
        {
            if (endpoint.Address.Equals(address))
            {
                return !endpoint.State.IsEjected && Selection.SessionStatuses.Contains(endpoint.Config?.HealthStatus ?? HealthStatus.Unknown) ? endpoint : null;
            }
        }

        return null;
    }
}

/// <summary>How a cluster comes to its endpoints.</summary>
internal enum ClusterDiscovery
{
    Static,
    Eds,
    OriginalDestination,
    Dns,
}

/// <summary>The HTTP version spoken upstream.</summary>
internal enum UpstreamProtocol
{
    Http1,
    Http2,

    /// <summary>The one that the downstream speaks (use_downstream_protocol_config).</summary>
    Downstream,
}

/// <summary>upstream_connection_options.tcp_keepalive; 0 leaves the system's.</summary>
internal sealed record TcpKeepalive(int Probes, int Seconds, int IntervalSeconds);

/// <summary>The service behind a cluster as metrics name it.</summary>
internal sealed record ServiceIdentity(string Host, string Name, string Namespace);
