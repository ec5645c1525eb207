using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Envoy.Config.Core.V3;
using Weft.Proxy.Forwarding;
using Weft.Proxy.LoadBalancing;
using Weft.Proxy.OutlierDetection;
using Weft.Proxy.Stats;
using Weft.Proxy.Tls;

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

/// <summary>One endpoint of a cluster, resolved.</summary>
internal sealed record EndpointModel
{
    public required IPEndPoint Address { get; init; }

    public TransportModel Transport { get; init; } = TransportModel.Plaintext;

    /// <summary>Null for plaintext.</summary>
    public UpstreamTlsModel? Tls => Transport.Tls;

    public required uint Weight { get; init; }

    public required uint Priority { get; init; }

    /// <summary>As the control plane says; ejection by outlier detection is <see cref="EndpointState.IsEjected"/>.</summary>
    public required bool IsHealthy { get; init; }

    public LocalityModel Locality { get; init; } = LocalityModel.None;

    /// <summary>The workload by endpoint metadata, where no metadata is exchanged.</summary>
    public required WorkloadIdentity? Workload { get; init; }

    public required EndpointState State { get; init; }

    public required Envoy.Config.Endpoint.V3.LbEndpoint? Config { get; init; }

    /// <summary>What consistent hashing knows the endpoint by: its address, or its hostname where the cluster says so and it has one.</summary>
    public string HashKey(bool usesHostname) =>
        usesHostname && Config?.Endpoint?.Hostname is { Length: > 0 } hostname ? hostname : Address.ToString();
}

/// <summary>A group of endpoints in one place, of one priority (LocalityLbEndpoints). Compared by reference.</summary>
/// <param name="weight">0 takes no traffic where localities are weighed.</param>
/// <param name="size">How many endpoints it has, healthy or not.</param>
internal sealed class LocalityModel(string region, string zone, string subZone, uint weight, int size)
{
    public static LocalityModel None { get; } = new("", "", "", 1, 1);

    public string Region { get; } = region;

    public string Zone { get; } = zone;

    public string SubZone { get; } = subZone;

    public uint Weight { get; } = weight;

    /// <summary>The weight that a part of its endpoints can bear (over-provisioned).</summary>
    public double EffectiveWeight(int healthy) => Weight * Math.Min(1, SelectionOptions.DefaultOverprovisioning / 100.0 * healthy / size);
}

/// <summary>What lives on for an endpoint while configurations come and go: load, counters, connection pools.</summary>
internal sealed class EndpointState(IPEndPoint address, TimeProvider time)
{
    private int _active;
    private long _since = time.GetTimestamp();

    public IPEndPoint Address { get; } = address;

    public int Active => Volatile.Read(ref _active);

    public long LastUsed { get; private set; }

    /// <summary>Since it appeared, or last came back from ejection.</summary>
    public TimeSpan Age => time.GetElapsedTime(Volatile.Read(ref _since));

    /// <summary>What outlier detection knows of it.</summary>
    public HostMonitor Monitor { get; } = new();

    /// <summary>Taken out of load balancing by outlier detection (health flag failed_outlier_check).</summary>
    public bool IsEjected => Monitor.IsEjected;

    public ConcurrentDictionary<UpstreamPoolKey, UpstreamPool> Pools { get; } = new();

    public Counter Requests { get; } = new();

    public Counter RequestSuccesses { get; } = new();

    public Counter RequestErrors { get; } = new();

    public Counter Connections { get; } = new();

    public Counter ConnectFailures { get; } = new();

    public void Begin(long now)
    {
        Interlocked.Increment(ref _active);
        LastUsed = now;
        Requests.Increment();
    }

    public void End() => Interlocked.Decrement(ref _active);

    /// <summary>Begins a new slow start.</summary>
    public void Rejuvenate() => Volatile.Write(ref _since, time.GetTimestamp());

    /// <summary>Drops pools of connections that are no longer made that way, if nothing uses them.</summary>
    public void DisposePoolsExcept(TransportModel transport)
    {
        foreach (var key in Pools.Keys)
        {
            if (!ReferenceEquals(key.Transport, transport) && Active == 0 && Pools.TryRemove(key, out var pool))
            {
                pool.Dispose();
            }
        }
    }

    public void DisposePools()
    {
        foreach (var pool in Pools.Values)
        {
            pool.Dispose();
        }

        Pools.Clear();
    }
}

/// <summary>What lives on for a cluster while configurations come and go.</summary>
internal sealed class ClusterState
{
    private const int MaxOriginalDestinations = 10_000;

    private readonly TimeProvider _time;

    private readonly ConcurrentDictionary<IPEndPoint, EndpointState> _endpoints = new();
    private readonly ConcurrentDictionary<IPEndPoint, EndpointModel> _destinations = new();
    private long _healthVersion;

    public ClusterState(TimeProvider time)
    {
        _time = time;
        Outliers = new OutlierDetector(this, time);
    }

    public OutlierDetector Outliers { get; }

    /// <summary>Changes whenever an endpoint is ejected or comes back.</summary>
    public long HealthVersion => Volatile.Read(ref _healthVersion);

    public CircuitState Circuit { get; } = new();

    public EndpointState Endpoint(IPEndPoint address) => _endpoints.GetOrAdd(address, static (key, time) => new EndpointState(key, time), _time);

    public void HealthChanged() => Interlocked.Increment(ref _healthVersion);

    /// <summary>Every destination of an ORIGINAL_DST cluster is an endpoint, for as long as it is used.</summary>
    public EndpointModel OriginalDestination(IPEndPoint address, ClusterModel cluster)
    {
        if (_destinations.TryGetValue(address, out var known))
        {
            return known;
        }

        if (_destinations.Count >= MaxOriginalDestinations)
        {
            ForgetUnused(System.Collections.Immutable.ImmutableHashSet<IPEndPoint>.Empty);
        }

        return _destinations.GetOrAdd(address, key => new EndpointModel
        {
            Address = key,
            Transport = cluster.Transports.Default,
            Weight = 1,
            Priority = 0,
            IsHealthy = true,
            Workload = null,
            State = Endpoint(key),
            Config = null,
        });
    }

    public IEnumerable<EndpointModel> Destinations => _destinations.Values;

    /// <summary>Drops the pools of endpoints that are neither configured nor busy.</summary>
    public void ForgetUnused(IReadOnlySet<IPEndPoint> configured)
    {
        foreach (var (address, state) in _endpoints)
        {
            if (!configured.Contains(address) && state.Active == 0 && _endpoints.TryRemove(address, out _))
            {
                _destinations.TryRemove(address, out _);
                state.DisposePools();
            }
        }
    }

    public void Dispose()
    {
        Outliers.Dispose();
        foreach (var state in _endpoints.Values)
        {
            state.DisposePools();
        }
    }
}
