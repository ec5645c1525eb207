using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Microsoft.Extensions.Logging;
using Weft.Proxy.Stats;
using Weft.Xds;
using Weft.Xds.Grpc;

namespace Weft.Proxy.Subscriptions;

/// <summary>
/// The one stream to the control plane (ADS, state of the world). It survives the control plane: after a loss it comes back with back-off
/// and jitter, and the configuration stays as it was. Sends ACK or NACK for every response and asks for what clusters and listeners refer to.
/// </summary>
internal sealed partial class AdsSubscription(
    GrpcClient client, Node node, ConfigBuilder builder, ConfigPublisher publisher, ProxyStats stats, TimeProvider time, ILogger logger)
{
    private const string Method = "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources";
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, TypeState> _types = new(StringComparer.Ordinal)
    {
        [TypeUrls.Cluster] = new TypeState(TypeUrls.Cluster, isWildcard: true),
        [TypeUrls.Endpoint] = new TypeState(TypeUrls.Endpoint, isWildcard: false),
        [TypeUrls.Listener] = new TypeState(TypeUrls.Listener, isWildcard: true),
        [TypeUrls.Route] = new TypeState(TypeUrls.Route, isWildcard: false),
        [TypeUrls.Secret] = new TypeState(TypeUrls.Secret, isWildcard: false),
        [ConfigBuilder.NameTableUrl] = new TypeState(ConfigBuilder.NameTableUrl, isWildcard: true),
    };

    /// <summary>Per type: what was last accepted and what was last refused.</summary>
    public ImmutableArray<SubscriptionStatus> Status => [.. _types.Values.Select(type => type.Status)];

    public bool IsConnected { get; private set; }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var retry = FirstRetry;
        while (!cancellationToken.IsCancellationRequested)
        {
            var heard = false;
            try
            {
                await StreamAsync(() => heard = true, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (GrpcCallException error)
            {
                stats.DiscoveryConnectFailures.Increment();
                LogStreamLost(error.Message);
            }
            catch (Exception error)
            {
                // The outermost loop: whatever a response did, the next stream begins with the configuration as it stands.
                stats.DiscoveryConnectFailures.Increment();
                LogStreamFailed(error);
            }

            IsConnected = false;
            retry = heard ? FirstRetry : TimeSpan.FromTicks(Math.Min(retry.Ticks * 2, LongestRetry.Ticks));
            await Task.Delay(retry * (0.5 + (Random.Shared.NextDouble() / 2)), time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task StreamAsync(Action heard, CancellationToken cancellationToken)
    {
        await using var call = await client.OpenAsync<DiscoveryRequest, DiscoveryResponse>(Method, DiscoveryResponse.Parser, cancellationToken);
        foreach (var type in _types.Values)
        {
            type.BeginStream();
        }

        var first = true;
        foreach (var type in _types.Values.Where(type => type.IsWildcard || type.Names.Count > 0))
        {
            await SendAsync(call, type, null, first, cancellationToken);
            first = false;
        }

        while (await call.ReadAsync(cancellationToken) is { } response)
        {
            heard();
            IsConnected = true;
            await HandleAsync(call, response, cancellationToken);
        }

        LogStreamLost("the control plane ended the stream");
    }

    private async Task HandleAsync(GrpcDuplexCall<DiscoveryRequest, DiscoveryResponse> call, DiscoveryResponse response, CancellationToken cancellationToken)
    {
        if (!_types.TryGetValue(response.TypeUrl, out var type))
        {
            LogUnknownType(response.TypeUrl);
            return;
        }

        type.Nonce = response.Nonce;
        var error = await publisher.ApplyAsync(response.TypeUrl, response.Resources, cancellationToken);
        if (error is null)
        {
            type.Accept(response, time.GetUtcNow());
            stats.UpdateSuccesses.Increment();
        }
        else
        {
            type.Reject(response.VersionInfo, error, time.GetUtcNow());
            stats.UpdateRejections.Increment();
            LogConfigRejected(response.TypeUrl, error);
        }

        LogConfigApplied(response.TypeUrl, response.Resources.Count, response.VersionInfo);
        await SendAsync(call, type, error, isFirst: false, cancellationToken);
        await FollowReferencesAsync(call, cancellationToken);
    }

    // New clusters need their endpoints, new listeners their secrets and routes.
    private async Task FollowReferencesAsync(GrpcDuplexCall<DiscoveryRequest, DiscoveryResponse> call, CancellationToken cancellationToken)
    {
        foreach (var (url, names) in ((string, IReadOnlyCollection<string>)[])[(TypeUrls.Endpoint, builder.EndpointNames), (TypeUrls.Secret, builder.SecretNames), (TypeUrls.Route, builder.RouteNames)])
        {
            var type = _types[url];
            if (!type.Names.SequenceEqual(names))
            {
                type.Names = names;
                await SendAsync(call, type, null, isFirst: false, cancellationToken);
            }
        }
    }

    private async Task SendAsync(
        GrpcDuplexCall<DiscoveryRequest, DiscoveryResponse> call, TypeState type, string? error, bool isFirst, CancellationToken cancellationToken)
    {
        var request = new DiscoveryRequest { TypeUrl = type.Url, VersionInfo = type.Version, ResponseNonce = type.Nonce };
        request.ResourceNames.AddRange(type.Names);
        if (isFirst)
        {
            request.Node = node;
        }

        if (error is not null)
        {
            request.ErrorDetail = new Google.Rpc.Status { Code = (int)GrpcStatusCode.InvalidArgument, Message = error };
        }

        await call.WriteAsync(request, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stream to the control plane lost: {Reason}")]
    private partial void LogStreamLost(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Stream to the control plane failed by a defect")]
    private partial void LogStreamFailed(Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Resources of {ResourceType} rejected: {Reason}")]
    private partial void LogConfigRejected(string resourceType, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Count} resources of {ResourceType} taken, version {Version}")]
    private partial void LogConfigApplied(string resourceType, int count, string version);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Response of type {ResourceType} was not asked for")]
    private partial void LogUnknownType(string resourceType);

    private sealed class TypeState(string url, bool isWildcard)
    {
        public string Url { get; } = url;

        public bool IsWildcard { get; } = isWildcard;

        public IReadOnlyCollection<string> Names { get; set; } = [];

        public string Version { get; private set; } = "";

        public string Nonce { get; set; } = "";

        public SubscriptionStatus Status { get; private set; } = new() { TypeUrl = url };

        /// <summary>Nonces live on one stream only; versions live on.</summary>
        public void BeginStream() => Nonce = "";

        public void Accept(DiscoveryResponse response, DateTimeOffset now)
        {
            Version = response.VersionInfo;
            Status = Status with { Version = Version, Updated = now, Error = null };
        }

        public void Reject(string version, string error, DateTimeOffset now) =>
            Status = Status with { Error = error, RejectedVersion = version, Rejected = now };
    }
}

/// <summary>How the subscription to one resource type stands.</summary>
internal sealed record SubscriptionStatus
{
    public required string TypeUrl { get; init; }

    public string Version { get; init; } = "";

    public DateTimeOffset? Updated { get; init; }

    public string? Error { get; init; }

    public string RejectedVersion { get; init; } = "";

    public DateTimeOffset? Rejected { get; init; }
}
