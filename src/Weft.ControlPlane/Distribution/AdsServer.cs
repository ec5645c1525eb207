using System.Collections.Concurrent;
using System.Threading.Channels;
using Envoy.Service.Discovery.V3;
using Microsoft.Extensions.Logging;
using Weft.ControlPlane.Certificates;
using Weft.ControlPlane.Generation;
using Weft.ControlPlane.Grpc;
using Weft.Kubernetes.Watching;

namespace Weft.ControlPlane.Distribution;

/// <summary>
/// Envoy's aggregated discovery service, state of the world. Each connection is one loop that takes requests and snapshots in turn and writes;
/// a proxy that reads slowly sees only the newest snapshot.
/// </summary>
public sealed partial class AdsServer(SnapshotSource<MeshPush> pushes, string controlPlaneId, ControlPlaneDiagnostics diagnostics, TimeProvider time, ILogger<AdsServer> logger)
{
    public const string Method = "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources";

    /// <summary>Requests that wait while a response is written; more than that holds the proxy back.</summary>
    private const int QueueLength = 64;

    private readonly ConcurrentDictionary<string, ConnectedProxy> _connections = new();
    private long _connectionCount;

    /// <summary>The proxies connected now.</summary>
    public IEnumerable<ConnectedProxy> Connections => _connections.Values;

    /// <summary>Serves one stream until the proxy ends it.</summary>
    /// <param name="caller">Null: the listener authenticates nobody (plaintext on loopback).</param>
    public async Task ServeAsync(GrpcCall call, CallerIdentity? caller)
    {
        var first = await call.ReadAsync(DiscoveryRequest.Parser);
        if (first is null)
        {
            return;
        }

        var node = NodeOf(first);
        Authorize(node, caller);
        var session = new ProxySession(node, controlPlaneId, time);
        var connectionId = $"{node.PodId}-{Interlocked.Increment(ref _connectionCount)}";
        var connected = new ConnectedProxy(connectionId, session, time.GetUtcNow(), call.Http.Connection.RemoteIpAddress?.ToString() ?? "");
        _connections[connectionId] = connected;
        LogConnected(node.Id, connectionId);
        try
        {
            await RunAsync(call, session, first);
        }
        finally
        {
            _connections.TryRemove(connectionId, out _);
            LogDisconnected(connectionId);
        }
    }

    private static ProxyNode NodeOf(DiscoveryRequest request)
    {
        if (string.IsNullOrEmpty(request.Node?.Id))
        {
            throw new GrpcStatusException(GrpcStatus.InvalidArgument, "missing node information");
        }

        return ProxyNode.From(request.Node) ?? throw new GrpcStatusException(GrpcStatus.InvalidArgument, $"missing parts in the service node '{request.Node.Id}'");
    }

    private static void Authorize(ProxyNode node, CallerIdentity? caller)
    {
        if (caller is not null && (caller.Namespace != node.Namespace || (node.ServiceAccount.Length > 0 && caller.ServiceAccount != node.ServiceAccount)))
        {
            throw new GrpcStatusException(
                GrpcStatus.PermissionDenied,
                $"authorization failed: no identities ([{caller.Spiffe}]) matched {node.Namespace}/{(node.ServiceAccount.Length > 0 ? node.ServiceAccount : "default")}");
        }
    }

    private async Task RunAsync(GrpcCall call, ProxySession session, DiscoveryRequest first)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken);
        var events = Channel.CreateBounded<DiscoveryRequest?>(QueueLength);
        var reading = ReadAsync(call, events.Writer, ended.Token);
        var watching = WatchAsync(events.Writer, ended.Token);
        try
        {
            await LoopAsync(call, session, first, events.Reader, ended.Token);
        }
        finally
        {
            await ended.CancelAsync();
            await Task.WhenAll(Quietly(reading), Quietly(watching));
        }

        // A stream that broke is reported as such.
        await reading;
    }

    private async Task LoopAsync(GrpcCall call, ProxySession session, DiscoveryRequest first, ChannelReader<DiscoveryRequest?> events, CancellationToken cancellationToken)
    {
        var known = await FirstPushAsync(cancellationToken);
        foreach (var response in session.Push(known))
        {
            await SendAsync(call, session, response);
        }

        await AnswerAsync(call, session, first);
        await foreach (var request in events.ReadAllAsync(cancellationToken))
        {
            if (request is not null)
            {
                await AnswerAsync(call, session, request);
            }
            else if (!ReferenceEquals(pushes.Current, known))
            {
                known = pushes.Current;
                await PushAsync(call, session, known);
            }
        }
    }

    private async Task<MeshPush> FirstPushAsync(CancellationToken cancellationToken)
    {
        await foreach (var push in pushes.WatchAsync(cancellationToken))
        {
            if (push.IsReady)
            {
                return push;
            }
        }

        throw new OperationCanceledException(cancellationToken);
    }

    private async Task PushAsync(GrpcCall call, ProxySession session, MeshPush push)
    {
        var started = time.GetTimestamp();
        foreach (var response in session.Push(push))
        {
            await SendAsync(call, session, response);
        }

        diagnostics.RecordPushTime(time.GetElapsedTime(started));
    }

    private async Task AnswerAsync(GrpcCall call, ProxySession session, DiscoveryRequest request)
    {
        var (outcome, responses) = session.Request(request);
        if (outcome.Refusal is { } refusal)
        {
            diagnostics.CountReject(request.TypeUrl);
            LogRefused(session.Node.PodId, request.TypeUrl, refusal);
        }

        if (outcome.IsStale)
        {
            diagnostics.CountExpiredNonce();
        }

        foreach (var response in responses)
        {
            await SendAsync(call, session, response);
        }
    }

    private async Task SendAsync(GrpcCall call, ProxySession session, DiscoveryResponse response)
    {
        await call.WriteAsync(response);
        diagnostics.CountPush(response.TypeUrl);
        LogSent(session.Node.PodId, response.TypeUrl, response.Resources.Count);
    }

    /// <summary>Completes the channel when the proxy has sent its last request.</summary>
    private static async Task ReadAsync(GrpcCall call, ChannelWriter<DiscoveryRequest?> events, CancellationToken cancellationToken)
    {
        try
        {
            while (await call.ReadAsync(DiscoveryRequest.Parser) is { } request)
            {
                await events.WriteAsync(request, cancellationToken);
            }
        }
        finally
        {
            events.TryComplete();
        }
    }

    /// <summary>A null in the channel says: look at the newest snapshot.</summary>
    private async Task WatchAsync(ChannelWriter<DiscoveryRequest?> events, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var _ in pushes.WatchAsync(cancellationToken))
            {
                await events.WriteAsync(null, cancellationToken);
            }
        }
        catch (ChannelClosedException)
        {
            // The proxy ended the stream.
        }
    }

    private static async Task Quietly(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    [LoggerMessage(Level = LogLevel.Information, Message = "Proxy {Proxy} connected as {Connection}")]
    private partial void LogConnected(string proxy, string connection);

    [LoggerMessage(Level = LogLevel.Information, Message = "Proxy connection {Connection} ended")]
    private partial void LogDisconnected(string connection);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Proxy {Proxy} refused {ResourceType}: {Reason}")]
    private partial void LogRefused(string proxy, string resourceType, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Sent {Count} resources of {ResourceType} to {Proxy}")]
    private partial void LogSent(string proxy, string resourceType, int count);
}

/// <summary>A proxy with an open stream.</summary>
public sealed class ConnectedProxy
{
    private readonly ProxySession _session;

    internal ConnectedProxy(string connectionId, ProxySession session, DateTimeOffset connectedAt, string address)
    {
        ConnectionId = connectionId;
        _session = session;
        ConnectedAt = connectedAt;
        Address = address;
    }

    public string ConnectionId { get; }

    public DateTimeOffset ConnectedAt { get; }

    public string Address { get; }

    public ProxyNode Node => _session.Node;

    public SyncStatus Status => _session.Status;

    /// <summary>The mesh as it sees it; null before its first response.</summary>
    public ProxyView? View => _session.View;
}
