using System.Net;
using Weft.Proxy.Clusters;

namespace Weft.Proxy.Forwarding;

/// <summary>HTTP/2 connections of one kind to one endpoint, by SocketsHttpHandler. Requests share them.</summary>
internal sealed class Http2Pool : UpstreamPool
{
    private readonly Lock _lock = new();
    private readonly List<Channel> _channels = [];
    private readonly UpstreamConnector _connector;
    private readonly ClusterModel _cluster;
    private readonly EndpointModel _endpoint;
    private readonly UpstreamDial _dial;
    private readonly TimeProvider _time;
    private readonly string _baseAddress;
    private Channel _shared;

    public Http2Pool(UpstreamConnector connector, ClusterModel cluster, EndpointModel endpoint, UpstreamDial dial, TimeProvider time)
    {
        _connector = connector;
        _cluster = cluster;
        _endpoint = endpoint;
        _dial = dial;
        _time = time;
        _baseAddress = $"http://{endpoint.Address}";
        _shared = Open();
    }

    public override async Task<UpstreamReply> SendAsync(OutgoingRequest request, CancellationToken cancellationToken)
    {
        var channel = Rent();
        var message = Http2Message.Create(request, _baseAddress, _time);
        try
        {
            return new Http2Reply(await channel.Invoker.SendAsync(message, cancellationToken), () => Return(channel));
        }
        catch
        {
            Return(channel);
            throw;
        }
    }

    public override void Dispose()
    {
        lock (_lock)
        {
            foreach (var channel in _channels)
            {
                channel.Invoker.Dispose();
            }

            _channels.Clear();
        }
    }

    // max_requests_per_connection: so many requests on all of a channel's connections, then new ones while the old finish.
    private Channel Rent()
    {
        lock (_lock)
        {
            if (_cluster.MaxRequestsPerConnection is var limit and > 0 && _shared.Requests >= limit)
            {
                var old = _shared;
                _shared = Open();
                Retire(old);
            }

            _shared.Requests++;
            _shared.Active++;
            return _shared;
        }
    }

    private void Return(Channel channel)
    {
        lock (_lock)
        {
            channel.Active--;
            Retire(channel);
        }
    }

    private void Retire(Channel channel)
    {
        if (channel.Active == 0 && channel != _shared && _channels.Remove(channel))
        {
            channel.Invoker.Dispose();
        }
    }

    private Channel Open()
    {
        var channel = new Channel(new HttpMessageInvoker(new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = Timeout.InfiniteTimeSpan,
            Expect100ContinueTimeout = TimeSpan.FromDays(1),
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = 1 << 20,
            MaxResponseHeadersLength = 64,
            MaxResponseDrainSize = 0,
            PooledConnectionIdleTimeout = _cluster.HttpIdleTimeout > TimeSpan.Zero ? _cluster.HttpIdleTimeout : Timeout.InfiniteTimeSpan,
            PooledConnectionLifetime = _cluster.HttpConnectionLifetime > TimeSpan.Zero ? _cluster.HttpConnectionLifetime : Timeout.InfiniteTimeSpan,
            RequestHeaderEncodingSelector = static (_, _) => System.Text.Encoding.Latin1,
            ResponseHeaderEncodingSelector = static (_, _) => System.Text.Encoding.Latin1,
            ConnectCallback = async (_, cancellationToken) => await ConnectAsync(cancellationToken),
        }));
        _channels.Add(channel);
        return channel;
    }

    private async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = await _connector.ConnectAsync(_cluster, _endpoint, _dial, cancellationToken);
        LastConnection = connection;
        return connection.Stream;
    }

    private sealed class Channel(HttpMessageInvoker invoker)
    {
        public HttpMessageInvoker Invoker { get; } = invoker;

        public uint Requests { get; set; }

        /// <summary>Requests on their way.</summary>
        public int Active { get; set; }
    }
}
