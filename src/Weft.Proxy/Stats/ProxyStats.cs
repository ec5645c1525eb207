namespace Weft.Proxy.Stats;

/// <summary>Envoy's own statistics that Istio's sidecar keeps by default, of one proxy.</summary>
internal sealed class ProxyStats
{
    public Counter ListenerUpdates { get; } = new();

    public Counter ConnectionsAccepted { get; } = new();

    public Counter ConnectionsClosed { get; } = new();

    public Counter NoFilterChainMatch { get; } = new();

    public Counter MalformedCaptures { get; } = new();

    public Counter TlsHandshakeFailures { get; } = new();

    /// <summary>Mirrored requests that were never sent: too many at once, or their body was too long to keep.</summary>
    public Counter MirrorsAbandoned { get; } = new();

    /// <summary>Spans that were lost: too many waited for their collector, or it did not take them.</summary>
    public Counter SpansDropped { get; } = new();

    public Counter SpansSent { get; } = new();

    /// <summary>Entries for Envoy's access log services.</summary>
    public LogStats GrpcLogs { get; } = new();

    /// <summary>Entries for OTLP's.</summary>
    public LogStats OtlpLogs { get; } = new();

    public RbacStats Rbac { get; } = new();

    public Counter UpdateRejections { get; } = new();

    public Counter UpdateSuccesses { get; } = new();

    public Counter DiscoveryConnectFailures { get; } = new();

    private long _live;

    public bool IsLive => Volatile.Read(ref _live) == 1;

    public void SetLive() => Volatile.Write(ref _live, 1);
}

/// <summary>What became of access log entries for services.</summary>
internal sealed class LogStats
{
    /// <summary>Handed to a connection (Envoy's service answers nothing), or taken by an OTLP service.</summary>
    public Counter Written { get; } = new();

    /// <summary>Lost: too many waited, or the service did not take them.</summary>
    public Counter Dropped { get; } = new();
}
