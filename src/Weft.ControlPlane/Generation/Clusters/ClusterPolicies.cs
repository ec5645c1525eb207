using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.ProxyProtocol.V3;
using Weft.ControlPlane.Generation.Listeners;
using Weft.Istio.Effective;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using HttpProtocolOptions = Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions;
using TcpKeepalive = Weft.Istio.Networking.TcpKeepalive;

namespace Weft.ControlPlane.Generation.Clusters;

/// <summary>A DestinationRule's policy on a cluster.</summary>
internal static class ClusterPolicies
{
    private const ulong DefaultRingSize = 1024;
    private const double DefaultRetryBudgetPercent = 20;
    private const uint DefaultRetryConcurrency = 3;

    /// <summary>What a warmup starts with, in percent of an endpoint's share, and how it grows from there: evenly.</summary>
    private const double DefaultWarmupPercent = 10;
    private const double DefaultAggression = 1;

    /// <summary>Limits and timeouts of connections.</summary>
    public static void ApplyConnectionPool(Cluster cluster, MeshConfig mesh, ConnectionPoolSettings? pool, RetryBudgetSettings? budget)
    {
        var tcp = pool?.Tcp;
        var http = pool?.Http;
        cluster.ConnectTimeout = (tcp?.ConnectTimeout ?? mesh.EffectiveConnectTimeout).ToDuration();
        var limits = cluster.CircuitBreakers.Thresholds[0];
        SetIfStated(tcp?.MaxConnections, value => limits.MaxConnections = value);
        SetIfStated(http?.Http1MaxPendingRequests, value => limits.MaxPendingRequests = value);
        SetIfStated(http?.Http2MaxRequests, value => limits.MaxRequests = value);
        SetIfStated(http?.MaxRetries, value => limits.MaxRetries = value);
        if (budget is not null)
        {
            limits.RetryBudget = new() { BudgetPercent = new Envoy.Type.V3.Percent { Value = budget.Percent ?? DefaultRetryBudgetPercent }, MinRetryConcurrency = budget.MinRetryConcurrency is { } least and > 0 ? least : DefaultRetryConcurrency };
        }

        if ((tcp?.TcpKeepalive ?? mesh.TcpKeepalive) is { } keepalive)
        {
            cluster.UpstreamConnectionOptions = new() { TcpKeepalive = Keepalive(keepalive) };
        }
    }

    /// <summary>The protocol towards the endpoints, with the options of the pool. Nothing is written where Envoy's defaults hold.</summary>
    /// <param name="detects">The proxy finds out which HTTP a caller speaks where the port does not say it; gateways do not.</param>
    public static void ApplyProtocol(Cluster cluster, MeshConfig mesh, PortProtocol protocol, ConnectionPoolSettings? pool, bool outbound, bool detects)
    {
        var http = pool?.Http;
        var common = CommonOptions(pool);
        var upgrades = outbound && Upgrades(mesh, protocol, http);
        if (!upgrades && ((detects && protocol == PortProtocol.Unknown) || http?.UseClientProtocol == true))
        {
            var options = ClusterParts.DownstreamProtocol(null);
            options.CommonHttpProtocolOptions = common;
            cluster.TypedExtensionProtocolOptions.Add(ClusterParts.HttpOptions(options));
        }
        else if (upgrades || protocol.IsHttp2())
        {
            var http2 = new Http2ProtocolOptions();
            SetIfStated(http?.MaxConcurrentStreams, value => http2.MaxConcurrentStreams = value);

            cluster.TypedExtensionProtocolOptions.Add(ClusterParts.HttpOptions(
                new HttpProtocolOptions { CommonHttpProtocolOptions = common, ExplicitHttpConfig = new() { Http2ProtocolOptions = http2 } }));
        }
        else if (common is not null)
        {
            cluster.TypedExtensionProtocolOptions.Add(ClusterParts.HttpOptions(
                new HttpProtocolOptions { CommonHttpProtocolOptions = common, ExplicitHttpConfig = new() { HttpProtocolOptions = new() } }));
        }
    }

    /// <summary>It speaks HTTP/2 to the endpoints whatever its callers speak.</summary>
    public static bool IsHttp2(MeshConfig mesh, PortProtocol protocol, HttpSettings? http) =>
        Upgrades(mesh, protocol, http) || (protocol.IsHttp2() && http?.UseClientProtocol != true);

    /// <summary>A rule may ask for it on any port, since its writer knows what the endpoints speak; the mesh only where the port says HTTP. Not where the client's protocol counts.</summary>
    private static bool Upgrades(MeshConfig mesh, PortProtocol protocol, HttpSettings? http) => http switch
    {
        { UseClientProtocol: true } => false,
        { H2UpgradePolicy: "UPGRADE" } => true,
        { H2UpgradePolicy: "DO_NOT_UPGRADE" } => false,
        _ => mesh.H2UpgradePolicy == "UPGRADE" && protocol.IsHttp(),
    };

    public static void ApplyLoadBalancer(Cluster cluster, LoadBalancerSettings? settings)
    {
        switch (settings)
        {
            case { ConsistentHash: { Maglev: { } maglev } }:
                cluster.LbPolicy = Cluster.Types.LbPolicy.Maglev;
                cluster.MaglevLbConfig = maglev.TableSize is { } size and > 0 ? new() { TableSize = size } : null;
                break;
            case { ConsistentHash: { } hash }:
                cluster.LbPolicy = Cluster.Types.LbPolicy.RingHash;
                // A ring that is asked for without a size has Envoy's, which is the same.
                var ring = hash.RingHash is { } stated ? stated.MinimumRingSize : hash.MinimumRingSize is { } old and > 0 ? old : DefaultRingSize;
                cluster.RingHashLbConfig = ring is > 0 ? new() { MinimumRingSize = ring } : null;
                break;
            case { Simple: "ROUND_ROBIN" }:
                cluster.LbPolicy = Cluster.Types.LbPolicy.RoundRobin;
                cluster.RoundRobinLbConfig = SlowStart(settings) is { } slowStart ? new() { SlowStartConfig = slowStart } : null;
                break;
            case { Simple: "RANDOM" }:
                cluster.LbPolicy = Cluster.Types.LbPolicy.Random;
                break;
            default:
                cluster.LbPolicy = Cluster.Types.LbPolicy.LeastRequest;
                cluster.LeastRequestLbConfig = SlowStart(settings) is { } window ? new() { SlowStartConfig = window } : null;
                break;
        }
    }

    /// <summary>Weights of localities count where locality settings distribute calls, or say where failing ones go.</summary>
    /// <param name="failsOver">Failing endpoints are detected.</param>
    public static void ApplyLocality(Cluster cluster, EffectiveLocality? locality, bool failsOver)
    {
        if (locality is { IsStated: true } && (failsOver || locality.ForcesFailover || locality.Settings.Distribute.Length > 0))
        {
            cluster.CommonLbConfig.LocalityWeightedLbConfig = new();
        }
    }

    /// <summary>The client's address goes before everything else, under whatever the cluster speaks.</summary>
    public static void ApplyProxyProtocol(Cluster cluster, ProxyProtocolSettings? settings)
    {
        if (settings is null)
        {
            return;
        }

        var version = settings.Version == "V2" ? ProxyProtocolConfig.Types.Version.V2 : ProxyProtocolConfig.Types.Version.V1;
        if (cluster.TransportSocketMatches.Count == 0)
        {
            cluster.TransportSocket = ProxyProtocol(cluster.TransportSocket ?? TlsContexts.Plaintext(), version);
        }

        foreach (var match in cluster.TransportSocketMatches)
        {
            match.TransportSocket = ProxyProtocol(match.TransportSocket, version);
        }
    }

    /// <param name="knowsUnready">It has endpoints that are not ready: however few are left, these are not called.</param>
    public static void ApplyOutlierDetection(Cluster cluster, OutlierDetectionSettings? settings, bool knowsUnready)
    {
        if (knowsUnready)
        {
            cluster.CommonLbConfig.HealthyPanicThreshold = new Envoy.Type.V3.Percent { Value = 0 };
        }

        if (settings is null)
        {
            return;
        }

        var detection = new OutlierDetection { EnforcingSuccessRate = 0 };
        if (settings.Interval is { } interval)
        {
            detection.Interval = interval.ToDuration();
        }

        if (settings.BaseEjectionTime is { } ejection)
        {
            detection.BaseEjectionTime = ejection.ToDuration();
        }

        if (settings.Consecutive5xxErrors is { } errors)
        {
            detection.Consecutive5Xx = errors;
            detection.EnforcingConsecutive5Xx = errors > 0 ? 100u : 0;
        }

        if (settings.ConsecutiveGatewayErrors is { } gatewayErrors)
        {
            detection.ConsecutiveGatewayFailure = gatewayErrors;
            detection.EnforcingConsecutiveGatewayFailure = gatewayErrors > 0 ? 100u : 0;
        }

        SetIfStated(settings.MaxEjectionPercent, value => detection.MaxEjectionPercent = value);
        if (settings.SplitExternalLocalOriginErrors)
        {
            SplitLocalOrigin(detection, settings.ConsecutiveLocalOriginFailures);
        }

        cluster.OutlierDetection = detection;
        // Below this share of healthy endpoints all are used again; 0 switches that off.
        cluster.CommonLbConfig.HealthyPanicThreshold = new Envoy.Type.V3.Percent { Value = knowsUnready ? 0 : settings.MinHealthPercent };
    }

    private static TransportSocket ProxyProtocol(TransportSocket inner, ProxyProtocolConfig.Types.Version version) => new()
    {
        Name = "envoy.transport_sockets.upstream_proxy_protocol",
        TypedConfig = new ProxyProtocolUpstreamTransport { Config = new() { Version = version }, TransportSocket = inner }.Pack(),
    };

    private static Cluster.Types.SlowStartConfig? SlowStart(LoadBalancerSettings? settings)
    {
        if (settings?.Warmup is not { Duration: { } window } warmup)
        {
            return settings?.WarmupDurationSecs is { } old ? new() { SlowStartWindow = old.ToDuration() } : null;
        }

        return new Cluster.Types.SlowStartConfig
        {
            SlowStartWindow = window.ToDuration(),
            MinWeightPercent = new Envoy.Type.V3.Percent { Value = warmup.MinimumPercent ?? DefaultWarmupPercent },
            Aggression = new() { DefaultValue = warmup.Aggression ?? DefaultAggression, RuntimeKey = "(" }, // istiod's key, which no runtime has
        };
    }

    private static void SplitLocalOrigin(OutlierDetection detection, uint? failures)
    {
        detection.SplitExternalLocalOriginErrors = true;
        detection.EnforcingLocalOriginSuccessRate = 0;
        if (failures is { } count and > 0)
        {
            detection.ConsecutiveLocalOriginFailure = count;
            detection.EnforcingConsecutiveLocalOriginFailure = 100;
        }
    }

    /// <summary>Null where the pool states none of them. The idle time of connections is that of HTTP, else that of TCP.</summary>
    private static Envoy.Config.Core.V3.HttpProtocolOptions? CommonOptions(ConnectionPoolSettings? pool)
    {
        var (tcp, http) = (pool?.Tcp, pool?.Http);
        var idleTimeout = http?.IdleTimeout ?? tcp?.IdleTimeout;
        if (idleTimeout is null && tcp?.MaxConnectionDuration is null && http is not ({ MaxRequestsPerConnection: > 0 } or { MaxConcurrentStreams: > 0 }))
        {
            return null;
        }

        var options = new Envoy.Config.Core.V3.HttpProtocolOptions();
        if (idleTimeout is { } idle)
        {
            options.IdleTimeout = idle.ToDuration();
        }

        if (tcp?.MaxConnectionDuration is { } duration)
        {
            options.MaxConnectionDuration = duration.ToDuration();
        }

        SetIfStated(http?.MaxRequestsPerConnection, value => options.MaxRequestsPerConnection = value);
        return options;
    }

    private static Envoy.Config.Core.V3.TcpKeepalive Keepalive(TcpKeepalive source)
    {
        var keepalive = new Envoy.Config.Core.V3.TcpKeepalive();
        if (source.Probes > 0)
        {
            keepalive.KeepaliveProbes = source.Probes;
        }

        if (source.Time is { } time)
        {
            keepalive.KeepaliveTime = (uint)time.TotalSeconds;
        }

        if (source.Interval is { } interval)
        {
            keepalive.KeepaliveInterval = (uint)interval.TotalSeconds;
        }

        return keepalive;
    }

    private static void SetIfStated(int? value, Action<uint> set)
    {
        if (value is > 0)
        {
            set((uint)value.Value);
        }
    }
}
