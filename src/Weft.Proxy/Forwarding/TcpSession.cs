using System.IO.Pipelines;
using Weft.Proxy.AccessLog;
using Weft.Proxy.Clusters;
using Weft.Proxy.Listeners;
using Weft.Proxy.Stats;

namespace Weft.Proxy.Forwarding;

/// <summary>One proxied TCP connection: its counters, and what of them was already reported.</summary>
internal sealed class TcpSession(ProxyContext proxy, DownstreamConnection downstream, FilterChainModel chain, bool isOutbound)
{
    private readonly Lock _reporting = new();
    private TcpSeries? _series;
    private long _reportedReceived;
    private long _reportedSent;
    private bool _closed;

    public long StartTimestamp { get; } = proxy.Time.GetTimestamp();

    public long LastActivity { get; private set; } = proxy.Time.GetTimestamp();

    public ClusterModel? Cluster { get; set; }

    public string ClusterName { get; set; } = "";

    /// <summary>Whether a circuit breaker counts this connection.</summary>
    public bool IsCounted { get; set; }

    public EndpointModel? Endpoint { get; set; }

    public UpstreamConnection? Upstream { get; set; }

    /// <summary>What comes from the upstream; null before it is connected.</summary>
    public PipeReader? FromServer { get; set; }

    public WorkloadIdentity? Peer { get; set; }

    public ResponseFlags Flags { get; set; }

    public string? UpstreamTransportFailure { get; set; }

    private long _received;

    private long _sent;

    public long Received => Volatile.Read(ref _received);

    public long Sent => Volatile.Read(ref _sent);

    public void CountReceived(long bytes)
    {
        Interlocked.Add(ref _received, bytes);
        Moved();
    }

    public void CountSent(long bytes)
    {
        Interlocked.Add(ref _sent, bytes);
        Moved();
    }

    /// <summary>Something happened: an idle time begins anew.</summary>
    public void Moved() => LastActivity = proxy.Time.GetTimestamp();

    /// <summary>Brings the metrics up to date. The series is fixed by what is known at the first report.</summary>
    public void Report(bool isEnd)
    {
        if (chain.TcpStats is null)
        {
            return;
        }

        lock (_reporting)
        {
            if (_closed)
            {
                return;
            }

            if (_series is null)
            {
                var flags = ResponseFlagText.Of(Flags);
                _series = chain.TcpStats.Rules is { } rules ? proxy.Metrics.SeriesOf(Parties(), flags, rules, rules.Values(LogEntry())) : proxy.Metrics.SeriesOf(Parties(), flags);
                _series.Opened.Increment();
            }

            _series.Received.Add(Received - _reportedReceived);
            _series.Sent.Add(Sent - _reportedSent);
            (_reportedReceived, _reportedSent) = (Received, Sent);
            if (isEnd)
            {
                _closed = true;
                _series.Closed.Increment();
            }
        }
    }

    /// <summary>A report between first and last; does nothing before the first.</summary>
    public void ReportProgress()
    {
        if (_series is not null)
        {
            Report(isEnd: false);
        }
    }

    public AccessLogEntry LogEntry() => new()
    {
        StartTime = downstream.StartTime,
        Duration = proxy.Time.GetElapsedTime(StartTimestamp),
        Flags = Flags,
        UpstreamTransportFailure = UpstreamTransportFailure,
        BytesReceived = Received,
        BytesSent = Sent,
        UpstreamHost = Endpoint?.Address,
        UpstreamCluster = ClusterName.Length > 0 ? ClusterName : null,
        UpstreamLocalAddress = Upstream?.LocalAddress,
        DownstreamLocalAddress = downstream.OriginalDestination,
        DownstreamRemoteAddress = downstream.RemoteAddress,
        DownstreamDirectRemoteAddress = downstream.PeerAddress,
        RequestedServerName = downstream.RequestedServerName,
        Metadata = downstream.Metadata,
        DownstreamTls = downstream.Tls,
        UpstreamTls = Upstream?.Tls,
        DownstreamPeer = isOutbound ? null : Peer,
        UpstreamPeer = isOutbound ? Peer ?? Endpoint?.Workload : null,
    };

    private TrafficParties Parties()
    {
        var tls = isOutbound ? Upstream?.Tls : downstream.Tls;
        return TrafficPartiesOf.Traffic(proxy.Node.Workload, isOutbound, Peer ?? (isOutbound ? Endpoint?.Workload : null), tls, Cluster, ClusterName, "", null);
    }
}
