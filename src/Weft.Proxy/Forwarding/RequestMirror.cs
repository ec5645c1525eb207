using Weft.Proxy.Routing;

namespace Weft.Proxy.Forwarding;

/// <summary>
/// Sends copies of requests to the clusters that a route's request_mirror_policies name (Envoy's ShadowWriter): out of band, their answers are discarded,
/// and no request waits for them. A body is mirrored once all of it has come; one that is too long to keep is not mirrored at all.
/// </summary>
internal sealed class RequestMirror(ProxyContext proxy, ClusterClient client) : IAsyncDisposable
{
    private const int MaxAtOnce = 1024;

    private readonly BackgroundWork _work = new(MaxAtOnce);

    /// <summary>Draws the mirrors of a request. Called when its head is as it goes upstream.</summary>
    public void Prepare(HttpExchange exchange, ForwardAction action)
    {
        List<ClusterRequest>? copies = null;
        foreach (var policy in action.Mirrors)
        {
            if (policy.Includes(Random.Shared.NextDouble()) && exchange.Config.Clusters.ContainsKey(policy.Cluster))
            {
                (copies ??= []).Add(Copy(exchange, policy, action.Timeouts.Response));
            }
        }

        if (copies is null)
        {
            return;
        }

        if (exchange.RequestBody is not { } body)
        {
            copies.ForEach(copy => Send(copy, default));
            return;
        }

        body.Keep(RequestBody.RetryLimit);
        body.Completed += () =>
        {
            if (body.Kept is { } kept)
            {
                var bytes = kept.ToArray();
                copies.ForEach(copy => Send(copy, bytes));
            }
            else
            {
                proxy.Stats.MirrorsAbandoned.Add(copies.Count);
            }
        };
    }

    public ValueTask DisposeAsync() => _work.DisposeAsync();

    private void Send(ClusterRequest copy, ReadOnlyMemory<byte> body)
    {
        if (!_work.TryRun(cancellationToken => SendAsync(copy with { Body = body }, cancellationToken)))
        {
            proxy.Stats.MirrorsAbandoned.Increment();
        }
    }

    private async Task SendAsync(ClusterRequest copy, CancellationToken cancellationToken)
    {
        try
        {
            await client.SendAsync(copy, cancellationToken);
        }
        catch (ClusterRequestException)
        {
            // Counted with the cluster; nobody else asks how a mirror fared.
        }
    }

    private static ClusterRequest Copy(HttpExchange exchange, MirrorPolicy policy, TimeSpan timeout)
    {
        var passing = PassingHeaders.Of(exchange.RequestHeaders);
        var headers = new List<KeyValuePair<string, string>>(exchange.RequestHeaders.Count);
        foreach (var (name, values) in exchange.RequestHeaders)
        {
            if (!passing.Includes(name) || name.ToLowerInvariant() is "host" or "content-length" or "expect")
            {
                continue;
            }

            foreach (var value in values)
            {
                headers.Add(new(name, value ?? ""));
            }
        }

        if (!policy.IsTraced && exchange.Span?.HeadersOfUnsampled() is { } untraced)
        {
            headers.RemoveAll(header => untraced.ContainsKey(header.Key));
            headers.AddRange(untraced.Select(header => new KeyValuePair<string, string>(header.Key, header.Value.ToString())));
        }

        return new ClusterRequest
        {
            Cluster = policy.Cluster,
            Method = exchange.Method,
            Authority = policy.MarksHost ? Shadow(exchange.Authority) : exchange.Authority,
            Path = exchange.Path,
            Headers = headers,
            IsGrpc = exchange.IsGrpc,
            Timeout = timeout,
            DiscardsResponse = true,
        };
    }

    // Before the port, as Envoy does.
    private static string Shadow(string authority)
    {
        var host = RouteTable.WithoutPort(authority);
        return $"{host}-shadow{authority[host.Length..]}";
    }
}
