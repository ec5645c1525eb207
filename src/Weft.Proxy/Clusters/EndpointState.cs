using System.Collections.Concurrent;
using System.Net;
using Weft.Proxy.Forwarding;
using Weft.Proxy.OutlierDetection;
using Weft.Proxy.Stats;

namespace Weft.Proxy.Clusters;

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
