using System.Collections.Immutable;
using System.Net;
using Weft.Proxy.Filters.Network;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Listeners;
using Weft.Proxy.Subscriptions;
using Weft.Proxy.Tls;

namespace Weft.Proxy;

/// <summary>
/// The path of everything that passes a sidecar, stage by stage.
/// <code>
/// connection:  accept -> (outbound: wait for the first configuration -> restore the destination) -> listener -> inspect -> filter chain -> TLS -> terminal filter
/// terminal:    TCP:  cluster -> load balancer -> endpoint, bytes both ways -> stats, access log
///              HTTP: codec -> each request (<see cref="RequestPipeline"/>)
/// </code>
/// </summary>
internal sealed class ProxyPipeline(ProxyContext proxy, HttpServer http, NameResolver names, StartGate gate)
{
    private readonly OutboundCapture _capture = new(names, proxy.Time);
    private readonly ProxyHeaderReader _proxyHeaders = new(proxy.Time);
    private readonly ConnectionInspector _inspector = new(proxy.Time);
    private readonly TcpForwarder _tcp = new(proxy);
    private readonly DrainingConnections _draining = new(proxy);

    /// <summary>A connection to port 15001: its destination is restored and chooses the listener.</summary>
    public async Task ServeOutboundAsync(DownstreamConnection connection, CancellationToken cancellationToken)
    {
        await gate.PassAsync(cancellationToken);
        var captured = await _capture.RestoreAsync(connection, cancellationToken);
        if (captured is null)
        {
            proxy.Stats.MalformedCaptures.Increment();
            return;
        }

        connection.OriginalDestination = captured.Destination;
        var listener = proxy.Config.Current.Listeners.ForDestination(captured.Destination);
        if (listener is not null)
        {
            await ServeListenerAsync(connection, listener, captured, cancellationToken);
        }
    }

    /// <summary>A connection to an inbound port: the pod's address and that port are its original destination.</summary>
    public async Task ServeInboundAsync(DownstreamConnection connection, CancellationToken cancellationToken)
    {
        if (proxy.Config.Current.Listeners.VirtualInbound is { } listener)
        {
            await ServeListenerAsync(connection, listener, null, cancellationToken);
        }
    }

    /// <summary>A connection to a listener with a port of its own.</summary>
    /// <param name="address">As configured.</param>
    public async Task ServeBoundAsync(IPEndPoint address, DownstreamConnection connection, CancellationToken cancellationToken)
    {
        if (proxy.Config.Current.Listeners.Bound.TryGetValue(address, out var listener))
        {
            await ServeListenerAsync(connection, listener, null, cancellationToken);
        }
    }

    /// <summary>Drains connections whose filter chain a new configuration no longer has.</summary>
    public void Follow(ProxyConfig config) => _draining.Follow(config);

    private async Task ServeListenerAsync(DownstreamConnection connection, ListenerModel listener, CapturedConnection? captured, CancellationToken cancellationToken)
    {
        if (listener.Inspection.ProxyProtocol != ProxyProtocolRule.None && !await _proxyHeaders.TakeAsync(connection, listener.Inspection, cancellationToken))
        {
            connection.Abort();
            return;
        }

        var inspected = await _inspector.InspectAsync(connection, listener, cancellationToken);
        if (inspected is null)
        {
            return;
        }

        connection.RequestedServerName = inspected.ServerName;
        var traits = new ConnectionTraits(connection.OriginalDestination, connection.RemoteAddress.Address, inspected.ServerName, inspected.IsTls, inspected.Protocols);
        var chain = listener.Match(traits);
        if (chain is null)
        {
            proxy.Stats.NoFilterChainMatch.Increment();
            Reject(connection, listener.AccessLogs, ResponseFlags.NoRouteFound, "filter_chain_not_found", null);
            return;
        }

        if (chain.Tls is { } tls && !await AcceptTlsAsync(connection, tls, inspected, cancellationToken))
        {
            return;
        }

        foreach (var filter in chain.AccessFilters)
        {
            if (await filter.JudgeAsync(connection, proxy, cancellationToken) is { } refusal)
            {
                Reject(connection, chain.Terminal.AccessLogs, refusal.Flags, null, refusal.Termination);
                return;
            }
        }

        await ServeChainAsync(connection, listener, chain, captured, inspected, cancellationToken);
    }

    private async Task<bool> AcceptTlsAsync(DownstreamConnection connection, DownstreamTlsModel tls, InspectionResult inspected, CancellationToken cancellationToken)
    {
        if (DownstreamHandshake.Options(tls, proxy.Secrets, inspected, out var certificate) is not { } options)
        {
            proxy.Stats.TlsHandshakeFailures.Increment();
            connection.Abort();
            return false;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var timer = proxy.Time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), limit, TimeSpan.FromSeconds(15), Timeout.InfiniteTimeSpan);
        try
        {
            await connection.AcceptTlsAsync(options, certificate!.Uri, limit.Token);
            return true;
        }
        catch (Exception error) when (error is System.Security.Authentication.AuthenticationException or IOException or OperationCanceledException)
        {
            proxy.Stats.TlsHandshakeFailures.Increment();
            connection.Abort();
            return false;
        }
    }

    private async Task ServeChainAsync(
        DownstreamConnection connection, ListenerModel listener, FilterChainModel chain, CapturedConnection? captured, InspectionResult inspected, CancellationToken cancellationToken)
    {
        using var served = _draining.Enter(connection, listener, chain.Terminal);
        switch (chain.Terminal)
        {
            case HttpConnectionManagerModel manager:
                await http.ServeAsync(new HttpConnectionBinding(connection, listener, manager, captured), await SpeaksHttp2Async(connection, inspected, cancellationToken));
                break;
            case TcpProxyModel tcp:
                if (captured?.Head is { } head)
                {
                    await PassProxyRequestAsync(connection, chain, tcp, head, cancellationToken);
                    return;
                }

                await _tcp.ForwardAsync(connection, chain, tcp, listener.IsOutbound, cancellationToken);
                break;
        }
    }

    // An HTTP proxy request to a port of no HTTP listener goes on as TCP, as what a server without a proxy would get.
    private async Task PassProxyRequestAsync(DownstreamConnection connection, FilterChainModel chain, TcpProxyModel tcp, ProxyRequestHead head, CancellationToken cancellationToken)
    {
        if (head.Form == ProxyRequestForm.Absolute)
        {
            await OutboundCapture.SkipAsync(connection.Input, head.HeadLength, cancellationToken);
            connection.Prepend(head.ToOriginForm());
        }

        await _tcp.ForwardAsync(connection, chain, tcp, isOutbound: true, cancellationToken);
    }

    // codec_type AUTO: by ALPN, else by the connection preface.
    private static async Task<bool> SpeaksHttp2Async(DownstreamConnection connection, InspectionResult inspected, CancellationToken cancellationToken)
    {
        if (connection.Tls is { Alpn: "h2" })
        {
            return true;
        }

        if (inspected.Protocols is [HttpPreface.H2c])
        {
            return true;
        }

        return await HttpPrefaceReader.BeginsHttp2Async(connection.Input, cancellationToken);
    }

    private void Reject(DownstreamConnection connection, ImmutableArray<AccessLog.AccessLogModel> logs, ResponseFlags flags, string? details, string? termination)
    {
        foreach (var log in logs)
        {
            var entry = new AccessLog.AccessLogEntry
            {
                StartTime = connection.StartTime,
                Duration = proxy.Time.GetUtcNow() - connection.StartTime,
                Flags = flags,
                Details = details,
                ConnectionTermination = termination,
                BytesReceived = 0,
                BytesSent = 0,
                DownstreamLocalAddress = connection.OriginalDestination,
                DownstreamRemoteAddress = connection.RemoteAddress,
                DownstreamDirectRemoteAddress = connection.PeerAddress,
                RequestedServerName = connection.RequestedServerName,
            };
            log.Record(entry, proxy);
        }

        connection.Abort();
    }
}
