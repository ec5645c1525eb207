using Weft.Proxy.AccessLog.Services;
using Weft.Proxy.Admin;
using Weft.Proxy.Bootstrap;
using Weft.Proxy.Filters;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Stats;
using Weft.Proxy.Subscriptions;
using Weft.Proxy.Tls;
using Weft.Proxy.Tracing;

namespace Weft.Proxy;

/// <summary>What all stages of one proxy share. One instance per proxy; everything in it is safe for any thread.</summary>
internal sealed record ProxyContext
{
    public required ProxyBootstrap Bootstrap { get; init; }

    public required LocalNode Node { get; init; }

    public required ConfigSource Config { get; init; }

    public required SecretStore Secrets { get; init; }

    public required UpstreamConnector Connector { get; init; }

    public required PeerDirectory Peers { get; init; }

    public required IstioMetrics Metrics { get; init; }

    public required ProxyStats Stats { get; init; }

    public ProxyLifecycle Lifecycle { get; } = new();

    /// <summary>Set once, by the proxy that owns all of this.</summary>
    public ClusterClient Client { get; private set; } = null!;

    public RequestMirror Mirror { get; private set; } = null!;

    public SpanExporters Spans { get; private set; } = null!;

    public LogExporters Logs { get; private set; } = null!;

    /// <summary>Makes what needs the context itself.</summary>
    public ProxyContext WithClients()
    {
        Client = new ClusterClient(this);
        Mirror = new RequestMirror(this, Client);
        Spans = new SpanExporters(this, Client);
        Logs = new LogExporters(this, Client);
        return this;
    }

    public TimeProvider Time => Bootstrap.TimeProvider;
}
