using System.Net;
using System.Collections.Concurrent;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Microsoft.Extensions.Logging;
using Weft.ControlPlane.Certificates;
using Weft.ControlPlane.Generation;
using Weft.ControlPlane.Grpc;
using Weft.Kubernetes.Watching;
using Weft.Xds.Grpc;

namespace Weft.ControlPlane.Distribution;

/// <summary>
/// Envoy's aggregated discovery service in both its forms, state of the world and incremental. It knows which proxies are connected; each connection
/// is a <see cref="DiscoveryStream{TRequest, TResponse}"/>.
/// </summary>
public sealed partial class AdsServer(
    SnapshotSource<MeshPush> pushes, SecretAccess secrets, string controlPlaneId, ControlPlaneDiagnostics diagnostics, TimeProvider time, ILogger<AdsServer> logger)
{
    public const string Method = "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources";

    public const string DeltaMethod = "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources";

    private readonly ConcurrentDictionary<string, ConnectedProxy> _connections = new();
    private long _connectionCount;

    /// <summary>The proxies connected now.</summary>
    public IEnumerable<ConnectedProxy> Connections => _connections.Values;

    /// <summary>Answers what tools ask over discovery (type URLs <c>istio.io/debug/...</c>); set once by the composition, before the first connection.</summary>
    internal Func<DiscoveryRequest, CallerIdentity?, DiscoveryResponse?> DebugAnswers { get; set; } = static (_, _) => null;

    /// <summary>Serves one state-of-the-world stream until the proxy ends it.</summary>
    /// <param name="caller">Null: the listener authenticates nobody (plaintext on loopback).</param>
    public async Task ServeAsync(GrpcCall call, CallerIdentity? caller)
    {
        if (await call.ReadAsync(DiscoveryRequest.Parser) is not { } first)
        {
            return;
        }

        var node = NodeOf(first.Node, caller);
        var session = new ProxySession(node, controlPlaneId, time, await secrets.IsAllowedAsync(node, caller, call.CancellationToken));
        var observer = new DiscoveryObserver<DiscoveryRequest, DiscoveryResponse>(
            request => DebugAnswers(request, caller),
            (request, outcome) => Observe(node, request.TypeUrl, outcome),
            response => Observe(node, response.TypeUrl, response.Resources.Count, response.CalculateSize()),
            PushAsync);
        await ServeAsync(call, session, first.Node, () => new DiscoveryStream<DiscoveryRequest, DiscoveryResponse>(call, session, DiscoveryRequest.Parser, pushes, observer).RunAsync(first));
    }

    /// <summary>Serves one incremental stream until the proxy ends it.</summary>
    /// <param name="caller">Null: the listener authenticates nobody (plaintext on loopback).</param>
    public async Task ServeDeltaAsync(GrpcCall call, CallerIdentity? caller)
    {
        if (await call.ReadAsync(DeltaDiscoveryRequest.Parser) is not { } first)
        {
            return;
        }

        var node = NodeOf(first.Node, caller);
        var session = new DeltaSession(node, controlPlaneId, time, await secrets.IsAllowedAsync(node, caller, call.CancellationToken));
        var observer = new DiscoveryObserver<DeltaDiscoveryRequest, DeltaDiscoveryResponse>(
            static _ => null,
            (request, outcome) => Observe(node, request.TypeUrl, outcome),
            response => Observe(node, response.TypeUrl, response.Resources.Count, response.CalculateSize()),
            PushAsync);
        await ServeAsync(call, session, first.Node, () => new DiscoveryStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse>(call, session, DeltaDiscoveryRequest.Parser, pushes, observer).RunAsync(first));
    }

    private async Task ServeAsync(GrpcCall call, IProxySession session, Node introduction, Func<Task> run)
    {
        var connectionId = $"{session.Node.PodId}-{Interlocked.Increment(ref _connectionCount)}";
        _connections[connectionId] = new ConnectedProxy(connectionId, session, introduction, time.GetUtcNow(), call.Http.Connection is { RemoteIpAddress: { } from } client ? new IPEndPoint(from, client.RemotePort).ToString() : "");
        LogConnected(session.Node.Id, connectionId);
        try
        {
            await run();
        }
        finally
        {
            _connections.TryRemove(connectionId, out _);
            LogDisconnected(connectionId);
        }
    }

    private static ProxyNode NodeOf(Node? sent, CallerIdentity? caller)
    {
        if (string.IsNullOrEmpty(sent?.Id))
        {
            throw new GrpcStatusException(GrpcStatusCode.InvalidArgument, "missing node information");
        }

        var node = ProxyNode.From(sent) ?? throw new GrpcStatusException(GrpcStatusCode.InvalidArgument, $"missing parts in the service node '{sent.Id}'");
        if (caller is not null && (caller.Namespace != node.Namespace || (node.ServiceAccount.Length > 0 && caller.ServiceAccount != node.ServiceAccount)))
        {
            throw new GrpcStatusException(
                GrpcStatusCode.PermissionDenied,
                $"authorization failed: no identities ([{caller.Spiffe}]) matched {node.Namespace}/{(node.ServiceAccount.Length > 0 ? node.ServiceAccount : "default")}");
        }

        return node;
    }

    private async Task PushAsync(Func<Task> push)
    {
        var started = time.GetTimestamp();
        await push();
        diagnostics.RecordConvergence(time.GetElapsedTime(started));
    }

    private void Observe(ProxyNode node, string typeUrl, RequestOutcome outcome)
    {
        if (outcome.Refusal is { } refusal)
        {
            diagnostics.CountReject(typeUrl);
            LogRefused(node.PodId, typeUrl, refusal);
        }

        if (outcome.IsStale)
        {
            diagnostics.CountExpiredNonce();
        }
    }

    private void Observe(ProxyNode node, string typeUrl, int count, int size)
    {
        diagnostics.CountPush(typeUrl, size);
        LogSent(node.PodId, typeUrl, count);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Proxy {Proxy} connected as {Connection}")]
    private partial void LogConnected(string proxy, string connection);

    [LoggerMessage(Level = LogLevel.Information, Message = "Proxy connection {Connection} ended")]
    private partial void LogDisconnected(string connection);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Proxy {Proxy} refused {ResourceType}: {Reason}")]
    private partial void LogRefused(string proxy, string resourceType, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Sent {Count} resources of {ResourceType} to {Proxy}")]
    private partial void LogSent(string proxy, string resourceType, int count);
}
