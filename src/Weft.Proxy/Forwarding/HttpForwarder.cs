using Microsoft.AspNetCore.Http;
using Weft.Proxy.Clusters;
using Weft.Proxy.Filters.Http;
using Weft.Proxy.Forwarding.Http1;
using Weft.Proxy.LoadBalancing;
using Weft.Proxy.Routing;

namespace Weft.Proxy.Forwarding;

/// <summary>
/// The router filter: takes a routed request to an endpoint and its response back.
/// <code>
/// (1) cluster and endpoint -> (2) request out, body streamed -> (3) response headers -> (4) body streamed back -> (5) trailers
///        ^ again, as the route's retry policy says, before any of the response has gone downstream
/// </code>
/// A failure before (3) becomes a local reply, one after it resets the downstream (<see cref="UpstreamFailures"/>).
/// </summary>
internal static class HttpForwarder
{
    private const string ForwardedHost = "x-forwarded-host";

    public static async Task ForwardAsync(HttpExchange exchange, ForwardAction action)
    {
        if (!ChooseCluster(exchange, action, out var cluster))
        {
            await LocalReply.ClusterNotFoundAsync(exchange, action.ClusterNotFoundStatus);
            return;
        }

        exchange.Cluster = cluster;
        var policy = RouterHeaders.Take(exchange, action.Retry);
        RouteHeaders.ApplyToRequest(exchange);
        Rewrite(exchange, action);
        if (exchange.Manager.ExchangesPeerMetadata)
        {
            MetadataExchangeFilter.AddToUpstream(exchange, cluster);
        }

        exchange.Hash = action.HashPolicies?.Hash(exchange);
        exchange.RequestBody = UpstreamRequest.HasBody(exchange.Http) ? new RequestBody(exchange, policy is null ? 0 : RequestBody.RetryLimit) : null;
        using var timers = new StreamTimers(exchange, action.Timeouts);
        RouterHeaders.TellTimeout(exchange, timers.Response, policy?.PerTryTimeout ?? TimeSpan.Zero);
        exchange.Span?.Inject(exchange);
        if (!action.Mirrors.IsEmpty)
        {
            exchange.Proxy.Mirror.Prepare(exchange, action);
        }

        await TryEndpointsAsync(exchange, cluster, policy, timers);
    }

    private static bool ChooseCluster(HttpExchange exchange, ForwardAction action, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ClusterModel? cluster)
    {
        if (action.ClusterHeader is { } header)
        {
            exchange.ClusterName = exchange.RequestHeader(header) ?? "";
        }
        else
        {
            exchange.ChosenCluster = action.Clusters.Pick(Random.Shared.NextDouble());
            exchange.ClusterName = exchange.ChosenCluster.Name;
        }

        return exchange.Config.Clusters.TryGetValue(exchange.ClusterName, out cluster);
    }

    private static async Task TryEndpointsAsync(HttpExchange exchange, ClusterModel cluster, RetryPolicyModel? policy, StreamTimers timers)
    {
        var retries = policy is null ? null : new RetryState(policy);
        try
        {
            while (true)
            {
                // :: Step 1
                var endpoint = Endpoint(exchange, cluster, retries);
                if (endpoint is null)
                {
                    await LocalReply.NoHealthyUpstreamAsync(exchange);
                    return;
                }

                exchange.Attempts++;
                exchange.Endpoint = endpoint;
                TakeEndpointName(exchange);
                if (exchange.VirtualHost!.IncludesAttemptCount)
                {
                    exchange.RequestHeaders[HttpHeaderRules.AttemptCount] = exchange.Attempts.ToString(System.Globalization.CultureInfo.InvariantCulture);
                }

                if (!await AttemptAsync(exchange, cluster, endpoint, retries, timers) || !await PauseAsync(exchange, retries!, timers))
                {
                    return;
                }
            }
        }
        finally
        {
            retries?.End(cluster);
        }
    }

    /// <summary>A session's own endpoint at first; a retry goes to others.</summary>
    private static EndpointModel? Endpoint(HttpExchange exchange, ClusterModel cluster, RetryState? retries)
    {
        if (exchange is { Attempts: 0, Session: { Wish: { } wish } session } && (cluster.EndpointAt(wish) is var own && (own is not null || session.Model.IsStrict)))
        {
            return own;
        }

        return cluster.Pick(new PickContext(exchange.OriginalDestination) { Hash = exchange.Hash, Tried = retries?.Tried, TriedPriorities = retries?.TriedPriorities });
    }

    private static async Task<bool> PauseAsync(HttpExchange exchange, RetryState retries, StreamTimers timers)
    {
        try
        {
            await retries.BackOffAsync(exchange.Proxy.Time, timers.Token);
            return true;
        }
        catch (OperationCanceledException error)
        {
            await UpstreamFailures.AnswerAsync(exchange, error, timers.Expiry, null);
            return false;
        }
    }

    /// <returns>Whether to try again; false when the request has been answered.</returns>
    private static async Task<bool> AttemptAsync(HttpExchange exchange, ClusterModel cluster, EndpointModel endpoint, RetryState? retries, StreamTimers timers)
    {
        using var limit = retries is null ? null : new AttemptLimit(exchange, retries.Policy, timers.Token);
        var token = limit?.Token ?? timers.Token;
        endpoint.State.Begin(exchange.Proxy.Time.GetTimestamp());
        var isAdmitted = false;
        try
        {
            isAdmitted = cluster.Limits is null || await cluster.State.Circuit.EnterAsync(cluster.Limits, SpeaksHttp2(exchange, cluster), token);
            if (!isAdmitted)
            {
                await LocalReply.OverflowAsync(exchange);
                return false;
            }

            return await SendAsync(exchange, cluster, endpoint, retries, limit, timers);
        }
        catch (Exception error) when (UpstreamFailures.IsFailure(error))
        {
            endpoint.State.RequestErrors.Increment();
            UpstreamFailures.Report(exchange, cluster, endpoint, error);
            var hasExpired = timers.Token.IsCancellationRequested;
            if (retries is not null && !hasExpired && retries.Policy.Covers(UpstreamFailures.KindOf(error)) && await retries.TakeAsync(exchange, limit!))
            {
                return true;
            }

            await UpstreamFailures.AnswerAsync(exchange, error, timers.Expiry, hasExpired ? null : limit?.Details);
            return false;
        }
        finally
        {
            if (isAdmitted && cluster.Limits is not null)
            {
                cluster.State.Circuit.Leave();
            }

            endpoint.State.End();
        }
    }

    private static async Task<bool> SendAsync(
        HttpExchange exchange, ClusterModel cluster, EndpointModel endpoint, RetryState? retries, AttemptLimit? limit, StreamTimers timers)
    {
        // :: Step 2
        var cancellationToken = limit?.Token ?? timers.Token;
        var isHttp2 = SpeaksHttp2(exchange, cluster);
        var pool = UpstreamPool.Of(exchange.Proxy, cluster, endpoint, isHttp2, exchange.AlpnOverrides, exchange.Authority, exchange.Connection);
        exchange.Upstream = pool;
        var request = exchange.Outgoing = UpstreamRequest.Of(exchange, isHttp2);
        var sent = exchange.Proxy.Time.GetTimestamp();
        await using var reply = await pool.SendAsync(request, cancellationToken);
        exchange.UpstreamConnection = reply.Connection ?? pool.LastConnection;

        // :: Step 3
        timers.Progress();
        limit?.Begun();
        cluster.State.Outliers.Report(endpoint.State, reply.Status, UpstreamResponse.GrpcStatus(exchange, reply));
        if (retries is not null && retries.Wants(exchange, reply) && await retries.TakeAsync(exchange, limit!))
        {
            endpoint.State.RequestErrors.Increment();
            return true;
        }

        UpstreamResponse.CopyHeaders(exchange, reply);
        HttpHeaderRules.SetServiceTime(exchange, exchange.Proxy.Time.GetElapsedTime(sent));
        exchange.BeginResponse(reply.Status);
        exchange.Details = "via_upstream";
        HttpHeaderRules.Finish(exchange, isLocal: false);
        exchange.GrpcStatus = UpstreamResponse.GrpcStatus(exchange, reply) ?? "";
        if (reply is Http1Reply { Status: StatusCodes.Status101SwitchingProtocols } tunnel)
        {
            timers.BecomeTunnel();
            await UpgradeForwarder.ForwardAsync(exchange, tunnel, request.Upgrade!, timers, timers.Token);
            return false;
        }

        // :: Step 4
        try
        {
            await UpstreamResponse.CopyBodyAsync(exchange, reply, timers, cancellationToken);

            // :: Step 5
            await UpstreamResponse.CopyTrailersAsync(exchange, reply, cancellationToken);
            endpoint.State.RequestSuccesses.Increment();
        }
        catch (Exception error) when (UpstreamFailures.IsFailure(error))
        {
            UpstreamFailures.Reset(exchange, error, timers.Expiry);
        }

        return false;
    }

    private static bool SpeaksHttp2(HttpExchange exchange, ClusterModel cluster) =>
        cluster.Protocol == UpstreamProtocol.Http2 || (cluster.Protocol == UpstreamProtocol.Downstream && exchange.IsHttp2);

    private static void Rewrite(HttpExchange exchange, ForwardAction action)
    {
        if (action.PathRewrite is { } rewrite)
        {
            exchange.OriginalPath = exchange.Path;
            if (!exchange.Manager.HidesRouterHeaders)
            {
                exchange.RequestHeaders[HttpHeaderRules.OriginalPath] = exchange.Path;
            }

            exchange.Path = rewrite.Apply(exchange.Path, exchange.Route!.Match.MatchedLength(exchange.Path));
        }

        var host = exchange.ChosenCluster?.HostRewrite ?? action.HostRewrite?.Host(exchange);
        if (host is null)
        {
            return;
        }

        Rename(exchange, host, tellsOriginal: exchange.ChosenCluster?.HostRewrite is null && action.HostRewrite is { TellsOriginal: true });
    }

    // Envoy's Utility::updateAuthority: each proxy on the way appends the host that it replaced, once.
    private static void Rename(HttpExchange exchange, string host, bool tellsOriginal)
    {
        if (tellsOriginal && exchange.Authority.Length > 0)
        {
            var told = exchange.RequestHeaders.TryGetValue(ForwardedHost, out var values) ? string.Join(',', values.ToArray()) : "";
            if (told.Length == 0)
            {
                exchange.RequestHeaders[ForwardedHost] = exchange.Authority;
            }
            else if (told[(told.LastIndexOf(',') + 1)..] != exchange.Authority)
            {
                exchange.RequestHeaders[ForwardedHost] = $"{told},{exchange.Authority}";
            }
        }

        exchange.Authority = host;
    }

    // auto_host_rewrite
    private static void TakeEndpointName(HttpExchange exchange)
    {
        if (exchange.Route!.Action is ForwardAction { HostRewrite: { TakesEndpointName: true } rewrite } && exchange.Endpoint!.Config?.Endpoint?.Hostname is { Length: > 0 } name && name != exchange.Authority)
        {
            Rename(exchange, name, rewrite.TellsOriginal);
        }
    }
}
