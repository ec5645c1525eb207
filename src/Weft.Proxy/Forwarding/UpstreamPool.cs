using Weft.Proxy.Clusters;
using Weft.Proxy.Filters.Http;
using Weft.Proxy.Listeners;

namespace Weft.Proxy.Forwarding;

/// <summary>What kind of connection a pool holds; a new transport socket, or other limits, mean new connections.</summary>
/// <param name="Addresses">Where the PROXY protocol tells them: connections are then not shared between clients.</param>
internal readonly record struct UpstreamPoolKey(
    TransportModel Transport, bool IsHttp2, string Alpn, string Sni, DownstreamAddresses? Addresses, uint MaxRequests, TimeSpan IdleTimeout, TimeSpan Lifetime);

/// <summary>Keep-alive HTTP connections of one kind to one endpoint. Safe for any thread.</summary>
internal sealed class UpstreamPool : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Stack<UpstreamChannel> _idle = [];
    private readonly List<UpstreamChannel> _channels = [];
    private readonly UpstreamConnector _connector;
    private readonly ClusterModel _cluster;
    private readonly EndpointModel _endpoint;
    private readonly UpstreamDial _dial;
    private readonly bool _isHttp2;
    private UpstreamChannel _shared;

    public UpstreamPool(UpstreamConnector connector, ClusterModel cluster, EndpointModel endpoint, bool isHttp2, UpstreamDial dial)
    {
        _connector = connector;
        _cluster = cluster;
        _endpoint = endpoint;
        _isHttp2 = isHttp2;
        _dial = dial;
        BaseAddress = $"http://{endpoint.Address}";
        _shared = Open(int.MaxValue);
    }

    /// <summary>Scheme and address that every request's URI begins with; the authority of the request goes into its Host.</summary>
    public string BaseAddress { get; }

    /// <summary>The newest connection: all of a pool lead to the same workload.</summary>
    public UpstreamConnection? LastConnection { get; private set; }

    /// <summary>The most requests of one connection (max_requests_per_connection); 0 for any number.</summary>
    private uint Limit => _cluster.MaxRequestsPerConnection;

    /// <summary>The pool of an endpoint for one kind of connection.</summary>
    /// <param name="overrides">ALPN values that take the place of the transport socket's; null leaves those.</param>
    /// <param name="authority">Becomes the SNI where the cluster says so.</param>
    /// <param name="downstream">Told by the PROXY protocol where the endpoint wants it; null for the proxy's own requests.</param>
    public static UpstreamPool Of(
        ProxyContext proxy, ClusterModel cluster, EndpointModel endpoint, bool isHttp2, AlpnOverrides? overrides, string authority, DownstreamConnection? downstream)
    {
        var alpn = endpoint.Tls is null ? null : overrides?.For(isHttp2) ?? endpoint.Tls.Alpn;
        var sni = endpoint.Tls is null || !cluster.UsesHostAsSni ? null : HostOf(authority);
        var addresses = endpoint.Transport.ProxyProtocol == 0 || downstream is null ? null : new DownstreamAddresses(downstream.RemoteAddress, downstream.LocalAddress);
        var key = new UpstreamPoolKey(
            endpoint.Transport, isHttp2, alpn is null ? "" : alpn.Count > 0 ? alpn[0] : "", sni ?? "", addresses, cluster.MaxRequestsPerConnection, cluster.HttpIdleTimeout, cluster.HttpConnectionLifetime);
        return endpoint.State.Pools.TryGetValue(key, out var pool)
            ? pool
            : endpoint.State.Pools.GetOrAdd(key, _ => new UpstreamPool(proxy.Connector, cluster, endpoint, isHttp2, new UpstreamDial { Alpn = alpn, Sni = sni, Addresses = addresses }));
    }

    /// <summary>A connection for one request and its response; given back by its disposal.</summary>
    public UpstreamLease Rent()
    {
        if (Limit <= 1)
        {
            return new UpstreamLease(this, _shared, closes: Limit == 1 && !_isHttp2);
        }

        lock (_lock)
        {
            var channel = _isHttp2 ? SharedWithin(Limit) : _idle.TryPop(out var idle) ? idle : Open(1);
            channel.Active++;
            channel.Requests++;
            return new UpstreamLease(this, channel, closes: !_isHttp2 && channel.Requests >= Limit);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var channel in _channels)
            {
                channel.Dispose();
            }

            _channels.Clear();
        }
    }

    /// <summary>Ends a lease.</summary>
    internal void Return(UpstreamChannel channel)
    {
        if (Limit <= 1)
        {
            return;
        }

        lock (_lock)
        {
            channel.Active--;
            if (_isHttp2)
            {
                Retire(channel);
                return;
            }

            channel.Requests = channel.Requests >= Limit ? 0 : channel.Requests;
            _idle.Push(channel);
        }
    }

    // HTTP/2 connections are shared: so many requests on all of a channel's connections, then new ones while the old finish.
    private UpstreamChannel SharedWithin(uint limit)
    {
        if (_shared.Requests >= limit)
        {
            var old = _shared;
            _shared = Open(int.MaxValue);
            Retire(old);
        }

        return _shared;
    }

    private void Retire(UpstreamChannel channel)
    {
        if (channel.Active == 0 && channel != _shared && _channels.Remove(channel))
        {
            channel.Dispose();
        }
    }

    private UpstreamChannel Open(int connections)
    {
        var channel = new UpstreamChannel(_cluster, connections, ConnectAsync);
        _channels.Add(channel);
        return channel;
    }

    private async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = await _connector.ConnectAsync(_cluster, _endpoint, _dial, cancellationToken);
        LastConnection = connection;
        return connection.Stream;
    }

    private static string HostOf(string authority) =>
        Microsoft.AspNetCore.Http.HostString.FromUriComponent(authority) is { HasValue: true } host ? host.Host : authority;
}

/// <summary>A place on a connection for one request and its response.</summary>
/// <param name="closes">Whether the connection ends with this response.</param>
internal readonly struct UpstreamLease(UpstreamPool pool, UpstreamChannel channel, bool closes) : IDisposable
{
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (closes && !request.Headers.NonValidated.Contains("Upgrade"))
        {
            request.Headers.ConnectionClose = true;
        }

        return channel.SendAsync(request, cancellationToken);
    }

    public void Dispose() => pool.Return(channel);
}
