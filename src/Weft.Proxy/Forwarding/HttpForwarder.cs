using Microsoft.AspNetCore.Http.Features;
using Weft.Proxy.Clusters;
using Weft.Proxy.Filters.Http;
using Weft.Proxy.LoadBalancing;
using Weft.Proxy.OutlierDetection;
using Weft.Proxy.Routing;

namespace Weft.Proxy.Forwarding;

/// <summary>
/// The router filter: takes a routed request to an endpoint and its response back.
/// <code>
/// (1) cluster and endpoint -> (2) request out, body streamed -> (3) response headers -> (4) body streamed back -> (5) trailers
///        ^ again, as the route's retry policy says, before any of the response has gone downstream
/// </code>
/// A failure before (3) becomes a local reply, one after it resets the downstream.
/// </summary>
internal static class HttpForwarder
{
    // RFC 9113 section 7
    private const long RefusedStream = 0x7;

    public static async Task ForwardAsync(HttpExchange exchange, ForwardAction action)
    {
        var chosen = action.Clusters.Pick(Random.Shared.NextDouble());
        exchange.ClusterName = chosen.Name;
        if (!exchange.Config.Clusters.TryGetValue(chosen.Name, out var cluster))
        {
            await LocalReply.ClusterNotFoundAsync(exchange);
            return;
        }

        exchange.Cluster = cluster;
        chosen.Headers.Apply(exchange.RequestHeaders);
        Rewrite(exchange, action);
        if (exchange.Manager.IsOutbound && exchange.Manager.Filters.Any(filter => filter is MetadataExchangeFilter))
        {
            MetadataExchangeFilter.AddToUpstream(exchange, cluster);
        }

        var retries = action.Retry is { } policy ? new RetryState(policy) : null;
        exchange.RequestBody = UpstreamRequest.HasBody(exchange.Http) ? new RequestBody(exchange, retries is null ? 0 : RequestBody.RetryLimit) : null;
        using var lifetime = CancellationTokenSource.CreateLinkedTokenSource(exchange.Http.RequestAborted);
        using var timer = action.Timeout > TimeSpan.Zero ? StartWhenSent(exchange, lifetime, action.Timeout) : null;
        try
        {
            await TryEndpointsAsync(exchange, cluster, retries, lifetime.Token);
        }
        finally
        {
            retries?.End(cluster);
        }
    }

    // The time of a response counts from the end of the request.
    private static ITimer StartWhenSent(HttpExchange exchange, CancellationTokenSource target, TimeSpan timeout)
    {
        var body = exchange.RequestBody is { IsComplete: false } unsent ? unsent : null;
        var timer = exchange.Proxy.Time.CreateTimer(
            static state => ((CancellationTokenSource)state!).Cancel(), target, body is null ? timeout : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (body is not null)
        {
            body.Completed += () => timer.Change(timeout, Timeout.InfiniteTimeSpan);
        }

        return timer;
    }

    private static async Task TryEndpointsAsync(HttpExchange exchange, ClusterModel cluster, RetryState? retries, CancellationToken lifetime)
    {
        while (true)
        {
            // :: Step 1
            var endpoint = cluster.Pick(new PickContext(exchange.OriginalDestination) { Hash = exchange.Hash, Tried = retries?.Tried });
            if (endpoint is null)
            {
                await LocalReply.NoHealthyUpstreamAsync(exchange);
                return;
            }

            exchange.Attempts++;
            exchange.Endpoint = endpoint;
            if (exchange.VirtualHost!.IncludesAttemptCount)
            {
                exchange.RequestHeaders[HttpHeaderRules.AttemptCount] = exchange.Attempts.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }

            if (!await AttemptAsync(exchange, cluster, endpoint, retries, lifetime) || !await PauseAsync(exchange, retries!, lifetime))
            {
                return;
            }
        }
    }

    private static async Task<bool> PauseAsync(HttpExchange exchange, RetryState retries, CancellationToken lifetime)
    {
        try
        {
            await retries.BackOffAsync(exchange.Proxy.Time, lifetime);
            return true;
        }
        catch (OperationCanceledException error)
        {
            await FailAsync(exchange, error, isOfAttempt: false);
            return false;
        }
    }

    /// <returns>Whether to try again; false when the request has been answered.</returns>
    private static async Task<bool> AttemptAsync(HttpExchange exchange, ClusterModel cluster, EndpointModel endpoint, RetryState? retries, CancellationToken lifetime)
    {
        using var attempt = retries is null ? null : CancellationTokenSource.CreateLinkedTokenSource(lifetime);
        using var timer = retries is { Policy: { PerTryTimeout.Ticks: > 0 } policy } ? StartWhenSent(exchange, attempt!, policy.PerTryTimeout) : null;
        endpoint.State.Begin(exchange.Proxy.Time.GetTimestamp());
        var isAdmitted = false;
        try
        {
            isAdmitted = cluster.Limits is null || await cluster.State.Circuit.EnterAsync(cluster.Limits, SpeaksHttp2(exchange, cluster), attempt?.Token ?? lifetime);
            if (!isAdmitted)
            {
                await LocalReply.OverflowAsync(exchange);
                return false;
            }

            return await SendAsync(exchange, cluster, endpoint, retries, attempt, attempt?.Token ?? lifetime);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            endpoint.State.RequestErrors.Increment();
            var isOfAttempt = error is OperationCanceledException && !lifetime.IsCancellationRequested;
            ReportFailure(exchange, cluster, endpoint, error);
            if (retries is not null && !lifetime.IsCancellationRequested && retries.Policy.Covers(KindOf(error)) && await retries.TakeAsync(exchange, attempt!))
            {
                return true;
            }

            await FailAsync(exchange, error, isOfAttempt);
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
        HttpExchange exchange, ClusterModel cluster, EndpointModel endpoint, RetryState? retries, CancellationTokenSource? attempt, CancellationToken cancellationToken)
    {
        // :: Step 2
        var isHttp2 = SpeaksHttp2(exchange, cluster);
        var upgrade = isHttp2 ? null : UpgradeType(exchange);
        var pool = PoolFor(exchange, cluster, endpoint, isHttp2);
        exchange.Upstream = pool;
        var body = upgrade is null && exchange.RequestBody is { } source ? new StreamingContent(source) : null;
        using var request = UpstreamRequest.Create(exchange, pool, isHttp2, upgrade, body);
        if (cluster.ClosesConnections && upgrade is null)
        {
            request.Headers.ConnectionClose = true;
        }

        var sent = exchange.Proxy.Time.GetTimestamp();
        using var response = await pool.SendAsync(request, cancellationToken);

        // :: Step 3
        cluster.State.Outliers.Report(endpoint.State, (int)response.StatusCode, GrpcStatus(exchange, response));
        if (retries is not null && retries.Policy.Covers((int)response.StatusCode, GrpcStatus(exchange, response)) && await retries.TakeAsync(exchange, attempt!))
        {
            endpoint.State.RequestErrors.Increment();
            return true;
        }

        CopyResponseHeaders(exchange, response);
        HttpHeaderRules.SetServiceTime(exchange, exchange.Proxy.Time.GetElapsedTime(sent));
        exchange.BeginResponse((int)response.StatusCode);
        exchange.Details = "via_upstream";
        HttpHeaderRules.Finish(exchange, isLocal: false);
        exchange.GrpcStatus = GrpcStatus(exchange, response) ?? "";
        if (response.StatusCode == System.Net.HttpStatusCode.SwitchingProtocols)
        {
            await UpgradeForwarder.ForwardAsync(exchange, response, upgrade ?? "", cancellationToken);
            return false;
        }

        // :: Step 4
        try
        {
            await CopyBodyAsync(exchange, response, cancellationToken);
            CopyTrailers(exchange, response);
            endpoint.State.RequestSuccesses.Increment();
        }
        catch (Exception error) when (error is HttpRequestException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            ResetDownstream(exchange, error);
        }

        return false;
    }

    private static string? GrpcStatus(HttpExchange exchange, HttpResponseMessage response) =>
        exchange.IsGrpc && response.Headers.NonValidated.TryGetValues("grpc-status", out var status) ? status.ToString() : null;

    private static bool SpeaksHttp2(HttpExchange exchange, ClusterModel cluster) =>
        cluster.Protocol == UpstreamProtocol.Http2 || (cluster.Protocol == UpstreamProtocol.Downstream && exchange.IsHttp2);

    private static UpstreamPool PoolFor(HttpExchange exchange, ClusterModel cluster, EndpointModel endpoint, bool isHttp2)
    {
        var alpn = endpoint.Tls is null ? null : exchange.AlpnOverrides?.For(isHttp2) ?? endpoint.Tls.Alpn;
        var sni = endpoint.Tls is null || !cluster.UsesHostAsSni ? null : HostOf(exchange.Authority);
        var addresses = endpoint.Transport.ProxyProtocol == 0 ? null : new DownstreamAddresses(exchange.Connection.RemoteAddress, exchange.Connection.LocalAddress);
        var key = new UpstreamPoolKey(endpoint.Transport, isHttp2, alpn is null ? "" : alpn.Count > 0 ? alpn[0] : "", sni ?? "", addresses);
        return endpoint.State.Pools.TryGetValue(key, out var pool)
            ? pool
            : endpoint.State.Pools.GetOrAdd(key, _ => new UpstreamPool(exchange.Proxy.Connector, cluster, endpoint, new UpstreamDial { Alpn = alpn, Sni = sni, Addresses = addresses }));
    }

    private static string HostOf(string authority) =>
        Microsoft.AspNetCore.Http.HostString.FromUriComponent(authority) is { HasValue: true } host ? host.Host : authority;

    private static void Rewrite(HttpExchange exchange, ForwardAction action)
    {
        if (action.PrefixRewrite is { } prefix)
        {
            exchange.OriginalPath = exchange.Path;
            exchange.RequestHeaders[HttpHeaderRules.OriginalPath] = exchange.Path;
            exchange.Path = prefix + exchange.Path[exchange.Route!.Match.MatchedLength(exchange.Path)..];
        }

        if (action.HostRewrite is { } host)
        {
            exchange.RequestHeaders["x-forwarded-host"] = exchange.Authority;
            exchange.Authority = host;
        }
    }

    private static string? UpgradeType(HttpExchange exchange)
    {
        var upgrade = exchange.RequestHeaders.Upgrade.ToString();
        return upgrade.Length > 0
            && exchange.Http.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true
            && exchange.Manager.UpgradeTypes.Contains(upgrade, StringComparer.OrdinalIgnoreCase)
            ? upgrade
            : null;
    }

    private static void CopyResponseHeaders(HttpExchange exchange, HttpResponseMessage response)
    {
        var target = exchange.ResponseHeaders;
        target.Clear();
        var listed = response.Headers.NonValidated.TryGetValues("Connection", out var connection) ? connection.ToString() : "";
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            if (HttpHeaderRules.IsHopByHop(name) || (listed.Length > 0 && listed.Split(',', StringSplitOptions.TrimEntries).Contains(name, StringComparer.OrdinalIgnoreCase)))
            {
                continue;
            }

            target[name] = values.Count == 1 ? values.ToString() : new Microsoft.Extensions.Primitives.StringValues([.. values]);
        }

        foreach (var mutations in (HeaderMutations[])[exchange.Route!.ResponseHeaders, exchange.VirtualHost!.ResponseHeaders, exchange.Routes!.ResponseHeaders])
        {
            mutations.Apply(target);
        }
    }

    private static async Task CopyBodyAsync(HttpExchange exchange, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var writer = exchange.Http.Features.GetRequiredFeature<IHttpResponseBodyFeature>().Writer;
        var source = await response.Content.ReadAsStreamAsync(cancellationToken);
        await exchange.Http.Response.StartAsync(cancellationToken);
        while (true)
        {
            var memory = writer.GetMemory(4096);
            var read = await source.ReadAsync(memory, cancellationToken);
            if (read == 0)
            {
                return;
            }

            exchange.ResponseBodyBytes += read;
            exchange.ResponseMessages?.Observe(memory.Span[..read]);
            writer.Advance(read);
            await writer.FlushAsync(cancellationToken);
        }
    }

    // :: Step 5
    private static void CopyTrailers(HttpExchange exchange, HttpResponseMessage response)
    {
        var trailers = response.TrailingHeaders.NonValidated;
        if (trailers.Count == 0)
        {
            return;
        }

        if (exchange.IsGrpc && trailers.TryGetValues("grpc-status", out var status))
        {
            exchange.GrpcStatus = status.ToString();
        }

        if (exchange.Http.Features.Get<IHttpResponseTrailersFeature>() is { Trailers.IsReadOnly: false } feature)
        {
            foreach (var (name, values) in trailers)
            {
                feature.Trailers[name] = values.Count == 1 ? values.ToString() : new Microsoft.Extensions.Primitives.StringValues([.. values]);
            }
        }
    }

    private static Task FailAsync(HttpExchange exchange, Exception error, bool isOfAttempt)
    {
        if (exchange.Http.RequestAborted.IsCancellationRequested || exchange.RequestBody is { DownstreamFailed: true })
        {
            exchange.Flags |= ResponseFlags.DownstreamConnectionTermination;
            exchange.Details = "downstream_remote_disconnect";
            exchange.Http.Abort();
            return Task.CompletedTask;
        }

        if (error is OperationCanceledException)
        {
            return LocalReply.TimeoutAsync(exchange, isOfAttempt);
        }

        if (ConnectFailure(error) is { } failure)
        {
            return LocalReply.UpstreamResetAsync(exchange, failure.ResetReason, failure.TransportFailure, ResponseFlags.UpstreamConnectionFailure);
        }

        return error is HttpRequestException { HttpRequestError: HttpRequestError.HttpProtocolError } protocol && IsStreamReset(protocol)
            ? LocalReply.UpstreamResetAsync(exchange, "remote reset", null, ResponseFlags.UpstreamRemoteReset)
            : error is HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError }
                ? LocalReply.UpstreamResetAsync(exchange, "protocol error", null, ResponseFlags.UpstreamProtocolError)
                : LocalReply.UpstreamResetAsync(exchange, "connection termination", null, ResponseFlags.UpstreamConnectionTermination);
    }

    private static void ResetDownstream(HttpExchange exchange, Exception error)
    {
        if (exchange.Http.RequestAborted.IsCancellationRequested)
        {
            exchange.Flags |= ResponseFlags.DownstreamConnectionTermination;
            exchange.Details = "downstream_remote_disconnect";
        }
        else if (error is OperationCanceledException)
        {
            exchange.Flags |= ResponseFlags.UpstreamRequestTimeout;
            exchange.Details = "response_timeout";
        }
        else
        {
            exchange.Flags |= ResponseFlags.UpstreamConnectionTermination;
            exchange.Details = "upstream_reset_after_response_started{connection_termination}";
        }

        exchange.Http.Abort();
    }

    // What the client broke off says nothing of the endpoint.
    private static void ReportFailure(HttpExchange exchange, ClusterModel cluster, EndpointModel endpoint, Exception error)
    {
        if (!exchange.Http.RequestAborted.IsCancellationRequested && exchange.RequestBody is not { DownstreamFailed: true })
        {
            cluster.State.Outliers.Report(endpoint.State, error is OperationCanceledException ? LocalOriginFailure.Timeout : LocalOriginFailure.Connect);
        }
    }

    private static bool IsStreamReset(HttpRequestException error) =>
        error.InnerException is HttpProtocolException or null && error.Message.Contains("RST", StringComparison.OrdinalIgnoreCase);

    private static AttemptFailure KindOf(Exception error) =>
        ConnectFailure(error) is not null ? AttemptFailure.Connect
        : error.InnerException is HttpProtocolException { ErrorCode: RefusedStream } ? AttemptFailure.RefusedStream
        : AttemptFailure.Reset;

    private static UpstreamConnectException? ConnectFailure(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is UpstreamConnectException failure)
            {
                return failure;
            }
        }

        return null;
    }
}
