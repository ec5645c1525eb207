using System.IO.Pipelines;
using System.Net.Sockets;
using Weft.Proxy.Clusters;
using Weft.Proxy.Filters.Network;
using Weft.Proxy.Listeners;
using Weft.Proxy.LoadBalancing;
using Weft.Proxy.OutlierDetection;

namespace Weft.Proxy.Forwarding;

/// <summary>
/// tcp_proxy: bytes between a client and an endpoint in both directions at once, each ended on its own (half close).
/// The server may speak first. Peers that negotiated istio-peer-exchange tell each other who they are before the first byte.
/// </summary>
internal sealed class TcpForwarder(ProxyContext proxy)
{
    private static readonly TimeSpan DefaultReportInterval = TimeSpan.FromSeconds(5);
    private readonly byte[] _ownMetadata = PeerExchangeCodec.Encode(proxy.Node);

    /// <summary>Serves the connection to its end. The caller closes it.</summary>
    public async Task ForwardAsync(DownstreamConnection downstream, FilterChainModel chain, TcpProxyModel model, bool isOutbound, CancellationToken cancellationToken)
    {
        var session = new TcpSession(proxy, downstream, chain, isOutbound);
        try
        {
            await using var upstream = await ConnectAsync(session, downstream, model, cancellationToken);
            if (upstream is null)
            {
                downstream.Abort();
                return;
            }

            session.Upstream = upstream;
            await using var reports = StartReports(session, chain);
            using var timers = new TcpTimers(session, model, proxy.Time, () =>
            {
                downstream.Abort();
                upstream.Abort();
            });
            await ExchangeAsync(session, downstream, upstream, chain, cancellationToken);
        }
        finally
        {
            session.Report(isEnd: true);
            Log(session, model);
            session.Endpoint?.State.End();
            if (session.IsCounted)
            {
                session.Cluster!.State.Circuit.Leave();
            }
        }
    }

    private async Task<UpstreamConnection?> ConnectAsync(TcpSession session, DownstreamConnection downstream, TcpProxyModel model, CancellationToken cancellationToken)
    {
        session.ClusterName = model.Clusters.Pick(Random.Shared.NextDouble()).Name;
        if (!proxy.Config.Current.Clusters.TryGetValue(session.ClusterName, out var cluster))
        {
            session.Flags |= ResponseFlags.NoClusterFound;
            return null;
        }

        session.Cluster = cluster;
        ulong? hash = model.HashesSource ? XxHash64.Of(downstream.RemoteAddress.Address.ToString()) : null;
        var tried = new List<EndpointModel>();
        while (true)
        {
            var endpoint = cluster.Pick(new PickContext(downstream.OriginalDestination) { Hash = hash, Tried = tried });
            if (endpoint is null)
            {
                session.Flags |= ResponseFlags.NoHealthyUpstream;
                return null;
            }

            if (cluster.Limits is { } limits && !session.IsCounted && !(session.IsCounted = cluster.State.Circuit.TryConnect(limits)))
            {
                session.Flags |= ResponseFlags.UpstreamOverflow;
                return null;
            }

            if (await TryConnectAsync(session, downstream, cluster, endpoint, model, cancellationToken) is { } connection)
            {
                return connection;
            }

            tried.Add(endpoint);
            if (tried.Count >= model.MaxConnectAttempts)
            {
                session.Flags |= ResponseFlags.UpstreamConnectionFailure | ResponseFlags.UpstreamRetryLimitExceeded;
                return null;
            }
        }
    }

    /// <returns>Null when the endpoint takes no connection.</returns>
    private async Task<UpstreamConnection?> TryConnectAsync(
        TcpSession session, DownstreamConnection downstream, ClusterModel cluster, EndpointModel endpoint, TcpProxyModel model, CancellationToken cancellationToken)
    {
        session.Endpoint?.State.End();
        session.Endpoint = endpoint;
        endpoint.State.Begin(proxy.Time.GetTimestamp());
        try
        {
            var connection = await proxy.Connector.ConnectAsync(
                cluster, endpoint, new UpstreamDial { Addresses = new DownstreamAddresses(downstream.RemoteAddress, downstream.LocalAddress) }, cancellationToken);
            session.FromServer = PipeReader.Create(connection.Stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, leaveOpen: true, useZeroByteReads: true));
            if (model.TunnelTarget is { } target)
            {
                await TunnelAsync(session, connection, cluster, target.Text(session.LogEntry()), cancellationToken);
            }

            endpoint.State.RequestSuccesses.Increment();
            cluster.State.Outliers.ReportConnected(endpoint.State);
            session.UpstreamTransportFailure = null;
            return connection;
        }
        catch (UpstreamConnectException error)
        {
            endpoint.State.RequestErrors.Increment();
            cluster.State.Outliers.Report(endpoint.State, error.InnerException is OperationCanceledException ? LocalOriginFailure.Timeout : LocalOriginFailure.Connect);
            session.UpstreamTransportFailure = error.TransportFailure;
            return null;
        }
    }

    private async Task TunnelAsync(TcpSession session, UpstreamConnection connection, ClusterModel cluster, string target, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var timer = proxy.Time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), limit, cluster.ConnectTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            await ConnectTunnel.OpenAsync(connection.Stream, session.FromServer!, target, limit.Token);
        }
        catch (Exception error) when (error is IOException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            await connection.DisposeAsync();
            throw new UpstreamConnectException("remote connection failure", null, error);
        }
    }

    private async Task ExchangeAsync(TcpSession session, DownstreamConnection downstream, UpstreamConnection upstream, FilterChainModel chain, CancellationToken cancellationToken)
    {
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var withClient = chain.ExchangesPeerMetadata && downstream.Tls?.Alpn == PeerExchangeCodec.Alpn;
        var withServer = session.Cluster!.ExchangesPeerMetadata && upstream.Tls?.Alpn == PeerExchangeCodec.Alpn;
        if (!withClient && !withServer)
        {
            session.Report(isEnd: false);
        }

        var fromServer = session.FromServer!;
        var up = GuardAsync(ToServerAsync(session, downstream, upstream, withClient, withServer, broken.Token), broken);
        var down = GuardAsync(ToClientAsync(session, downstream, fromServer, withClient, withServer, broken.Token), broken);
        var failed = (await Task.WhenAll(up, down)).Any(isBroken => isBroken);
        await fromServer.CompleteAsync();
        if (failed)
        {
            downstream.Abort();
            upstream.Abort();
        }
    }

    private async Task ToServerAsync(TcpSession session, DownstreamConnection downstream, UpstreamConnection upstream, bool withClient, bool withServer, CancellationToken cancellationToken)
    {
        if (withServer)
        {
            await upstream.Stream.WriteAsync(_ownMetadata, cancellationToken);
        }

        if (withClient)
        {
            await ReadPeerAsync(session, downstream.Input, cancellationToken);
        }

        await CopyAsync(downstream.Input, upstream.Stream.WriteAsync, session.CountReceived, cancellationToken);
        await upstream.ShutdownOutputAsync();
    }

    private async Task ToClientAsync(TcpSession session, DownstreamConnection downstream, PipeReader fromServer, bool withClient, bool withServer, CancellationToken cancellationToken)
    {
        if (withClient)
        {
            await downstream.Output.WriteAsync(_ownMetadata, cancellationToken);
        }

        if (withServer)
        {
            await ReadPeerAsync(session, fromServer, cancellationToken);
        }

        await CopyAsync(fromServer, async (bytes, token) => await downstream.Output.WriteAsync(bytes, token), session.CountSent, cancellationToken);
        await downstream.ShutdownOutputAsync();
    }

    private static async Task ReadPeerAsync(TcpSession session, PipeReader reader, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var state = PeerExchangeCodec.Decode(read.Buffer, out var consumed, out var peer);
            if (state == InspectionState.NeedMore && !read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            reader.AdvanceTo(read.Buffer.GetPosition(consumed));
            session.Peer = peer;
            session.Report(isEnd: false);
            return;
        }
    }

    private static async Task CopyAsync(
        PipeReader source, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write, Action<long> count, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await source.ReadAsync(cancellationToken);
            foreach (var segment in read.Buffer)
            {
                await write(segment, cancellationToken);
                count(segment.Length);
            }

            source.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    // One broken direction breaks the other; an orderly end does not.
    private static async Task<bool> GuardAsync(Task direction, CancellationTokenSource broken)
    {
        try
        {
            await direction;
            return false;
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            await broken.CancelAsync();
            return true;
        }
    }

    private ITimer StartReports(TcpSession session, FilterChainModel chain)
    {
        var interval = chain.TcpStats?.ReportingInterval ?? DefaultReportInterval;
        return proxy.Time.CreateTimer(static session => ((TcpSession)session!).ReportProgress(), session, interval, interval);
    }

    private void Log(TcpSession session, TcpProxyModel model)
    {
        foreach (var log in model.AccessLogs)
        {
            log.Record(session.LogEntry(), proxy);
        }
    }
}
