using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Weft.Proxy.Clusters;
using Weft.Proxy.LoadBalancing;

namespace Weft.Proxy.Forwarding;

/// <summary>A request that the proxy makes by itself: to an authorization service, a key server, a collector, or as a mirror.</summary>
internal sealed record ClusterRequest
{
    public required string Cluster { get; init; }

    public required string Method { get; init; }

    public required string Authority { get; init; }

    /// <summary>With its query.</summary>
    public required string Path { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>A body that comes by and by, in place of <see cref="Body"/>.</summary>
    public IOutgoingBody? Stream { get; init; }

    /// <summary>gRPC is spoken over HTTP/2 whatever the cluster's default.</summary>
    public bool IsGrpc { get; init; }

    /// <summary>For the whole answer; zero never ends.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>An answer with a longer body is a failure.</summary>
    public int MaxResponseLength { get; init; } = 1 << 20;

    /// <summary>The body of the answer is not wanted.</summary>
    public bool DiscardsResponse { get; init; }
}

/// <summary>The whole answer to a <see cref="ClusterRequest"/>. Header names are looked up without regard to case.</summary>
internal sealed record ClusterResponse(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, IReadOnlyList<KeyValuePair<string, string>> Trailers, byte[] Body)
{
    /// <summary>Of the trailers, else of the headers; null when absent.</summary>
    public string? Find(string name) => Find(Trailers, name) ?? Find(Headers, name);

    private static string? Find(IReadOnlyList<KeyValuePair<string, string>> headers, string name)
    {
        foreach (var (key, value) in headers)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }
}

/// <summary>No whole answer came; the message says why.</summary>
internal sealed class ClusterRequestException(string message, Exception? inner) : Exception(message, inner);

/// <summary>Sends the proxy's own requests through its clusters (Envoy's AsyncClient): load balancing, mTLS, limits and counters as for any other.</summary>
internal sealed class ClusterClient(ProxyContext proxy)
{
    /// <exception cref="ClusterRequestException">No cluster, no healthy endpoint, no connection, no whole answer, or the time-out.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<ClusterResponse> SendAsync(ClusterRequest request, CancellationToken cancellationToken)
    {
        if (!proxy.Config.Current.Clusters.TryGetValue(request.Cluster, out var cluster))
        {
            throw new ClusterRequestException($"cluster {request.Cluster} is not known", null);
        }

        using var lifetime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var timer = request.Timeout > TimeSpan.Zero
            ? proxy.Time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), lifetime, request.Timeout, Timeout.InfiniteTimeSpan)
            : null;
        try
        {
            return await SendAsync(request, cluster, lifetime.Token);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ClusterRequestException($"no answer from {request.Cluster} within {request.Timeout.TotalSeconds} s", error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or ObjectDisposedException)
        {
            throw new ClusterRequestException(error.Message, error);
        }
    }

    private async Task<ClusterResponse> SendAsync(ClusterRequest request, ClusterModel cluster, CancellationToken cancellationToken)
    {
        var endpoint = cluster.Pick(new PickContext(NoDestination)) ?? throw new ClusterRequestException($"no healthy endpoint in {request.Cluster}", null);
        var isHttp2 = request.IsGrpc || cluster.Protocol == UpstreamProtocol.Http2;
        if (cluster.Limits is not null && !await cluster.State.Circuit.EnterAsync(cluster.Limits, isHttp2, cancellationToken))
        {
            throw new ClusterRequestException($"{request.Cluster} is at its limit of requests", null);
        }

        endpoint.State.Begin(proxy.Time.GetTimestamp());
        try
        {
            var pool = UpstreamPool.Of(proxy, cluster, endpoint, isHttp2, null, request.Authority, null);
            await using var reply = await pool.SendAsync(Outgoing(request), cancellationToken);
            cluster.State.Outliers.Report(endpoint.State, reply.Status, null);
            var body = await ReadAsync(request, reply, cancellationToken);
            endpoint.State.RequestSuccesses.Increment();
            return new ClusterResponse(reply.Status, List(reply.Headers), List(reply.Trailers), body);
        }
        catch
        {
            endpoint.State.RequestErrors.Increment();
            throw;
        }
        finally
        {
            endpoint.State.End();
            if (cluster.Limits is not null)
            {
                cluster.State.Circuit.Leave();
            }
        }
    }

    private static readonly IPEndPoint NoDestination = new(IPAddress.None, 0);

    private static OutgoingRequest Outgoing(ClusterRequest request)
    {
        var headers = new HeaderDictionary();
        foreach (var (name, value) in request.Headers)
        {
            headers.Append(name, value);
        }

        var hasBody = request.IsGrpc || !request.Body.IsEmpty;
        headers.ContentLength = hasBody && request.Stream is null ? request.Body.Length : null;
        return new OutgoingRequest
        {
            Method = request.Method,
            Path = request.Path,
            Authority = request.Authority,
            Headers = headers,
            Body = request.Stream ?? (hasBody ? new WholeBody(request.Body) : null),
        };
    }

    private static async Task<byte[]> ReadAsync(ClusterRequest request, UpstreamReply reply, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        if (request.DiscardsResponse)
        {
            while (await reply.ReadAsync(buffer, cancellationToken) > 0)
            {
            }

            return [];
        }

        using var body = new MemoryStream();
        while (await reply.ReadAsync(buffer, cancellationToken) is var read && read > 0)
        {
            if (body.Length + read > request.MaxResponseLength)
            {
                throw new ClusterRequestException($"the answer of {request.Cluster} is longer than {request.MaxResponseLength} bytes", null);
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    private static List<KeyValuePair<string, string>> List(IEnumerable<KeyValuePair<string, StringValues>> headers) =>
        [.. headers.SelectMany(header => header.Value.Select(value => new KeyValuePair<string, string>(header.Key, value ?? "")))];
}
