using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Weft.Proxy.OutlierDetection;

namespace Weft.Proxy.Clusters;

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
            ForgetUnused(ImmutableHashSet<IPEndPoint>.Empty);
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

    /// <summary>No endpoint is left, configured or busy.</summary>
    public bool IsEmpty => _endpoints.IsEmpty;

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
