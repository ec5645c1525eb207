using System.IO.Pipelines;
using System.Net;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Weft.Proxy.Listeners;

namespace Weft.Proxy.Filters.Network;

/// <summary>What a connection carries from its listener to each of its requests.</summary>
internal sealed record HttpConnectionBinding(DownstreamConnection Connection, ListenerModel Listener, HttpConnectionManagerModel Manager, CapturedConnection? Capture)
{
    /// <summary>Null where nothing but Kestrel's own limits ends the connection.</summary>
    public ConnectionLife? Life { get; set; }
}

/// <summary>
/// The HTTP codec: Kestrel's protocol core over connections that our listeners accepted, matched and decrypted.
/// Kestrel never binds; it is given connections through two queues, one per protocol.
/// </summary>
internal sealed class HttpServer : IAsyncDisposable
{
    // Only names: nothing is bound here.
    private static readonly IPEndPoint Http1 = new(IPAddress.Loopback, 1);
    private static readonly IPEndPoint Http2 = new(IPAddress.Loopback, 2);

    private const int QueueLength = 256;

    private readonly KestrelServer _server;
    private readonly ConnectionQueues _queues = new();

    private readonly TimeProvider _time;

    public HttpServer(TimeProvider time)
    {
        _time = time;
        var options = new KestrelServerOptions { AddServerHeader = false, AllowHostHeaderOverride = true, AllowResponseHeaderCompression = true };
        // TLS ends before Kestrel, which so cannot know it.
        options.AllowAlternateSchemes = true;
        options.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
        options.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        SetLimits(options.Limits);
        options.Listen(Http1, listen => listen.Protocols = HttpProtocols.Http1);
        options.Listen(Http2, listen => listen.Protocols = HttpProtocols.Http2);
        // What a client does wrong stands in the access log; Kestrel would report it as a failure of its own.
        _server = new KestrelServer(Options.Create(options), _queues, NullLoggerFactory.Instance);
    }

    public Task StartAsync(Func<HttpContext, Task> serve, CancellationToken cancellationToken) =>
        _server.StartAsync(new Application(serve), cancellationToken);

    /// <summary>Serves the requests of one connection until it ends. The caller closes it.</summary>
    public async Task ServeAsync(HttpConnectionBinding binding, bool isHttp2)
    {
        var connection = new ServedConnection(binding);
        using var life = binding.Manager.LimitsConnections ? new ConnectionLife(connection.Features, binding.Manager, _time) : null;
        binding.Life = life;
        var queue = _queues.For(isHttp2 ? Http2 : Http1);
        while (await queue.WaitToWriteAsync())
        {
            if (queue.TryWrite(connection))
            {
                await connection.Ended;
                return;
            }
        }
    }

    /// <summary>Finishes requests in flight until the token is cancelled, then breaks them.</summary>
    public async Task StopAsync(CancellationToken cancellationToken) => await _server.StopAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return ValueTask.CompletedTask;
    }

    // Envoy's defaults: 60 KiB of headers, 100 of them; bodies of any size at any pace.
    private static void SetLimits(KestrelServerLimits limits)
    {
        limits.MaxRequestBodySize = null;
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.MaxRequestHeadersTotalSize = 60 * 1024;
        limits.MaxRequestLineSize = 32 * 1024;
        limits.MaxRequestHeaderCount = 100;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(30);
        limits.KeepAliveTimeout = TimeSpan.FromHours(1);
        limits.MaxResponseBufferSize = 256 * 1024;
        limits.MaxRequestBufferSize = 256 * 1024;
        limits.Http2.MaxStreamsPerConnection = 1024;
        limits.Http2.InitialConnectionWindowSize = 4 << 20;
        limits.Http2.InitialStreamWindowSize = 1 << 20;
        limits.Http2.MaxRequestHeaderFieldSize = 32 * 1024;
    }

    private sealed class Application(Func<HttpContext, Task> serve) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => serve(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
        }
    }

    private sealed class ServedConnection : DefaultConnectionContext
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly DownstreamConnection _connection;

        public ServedConnection(HttpConnectionBinding binding)
            : base(Guid.NewGuid().ToString("N"))
        {
            _connection = binding.Connection;
            Transport = new DuplexPipe(_connection.Input, _connection.Output);
            LocalEndPoint = _connection.LocalAddress;
            RemoteEndPoint = _connection.RemoteAddress;
            ConnectionClosed = _connection.PeerClosed;
            Features.Set(binding);
        }

        public Task Ended => _ended.Task;

        public override void Abort(ConnectionAbortedException abortReason) => _connection.Abort();

        public override ValueTask DisposeAsync()
        {
            _ended.TrySetResult();
            return base.DisposeAsync();
        }
    }

    private sealed class DuplexPipe(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input { get; } = input;

        public PipeWriter Output { get; } = output;
    }

    private sealed class ConnectionQueues : IConnectionListenerFactory
    {
        private readonly Channel<ConnectionContext> _http1 = Channel.CreateBounded<ConnectionContext>(QueueLength);
        private readonly Channel<ConnectionContext> _http2 = Channel.CreateBounded<ConnectionContext>(QueueLength);

        public ChannelWriter<ConnectionContext> For(IPEndPoint endpoint) => QueueOf(endpoint).Writer;

        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult<IConnectionListener>(new Queue(endpoint, QueueOf(endpoint)));

        private Channel<ConnectionContext> QueueOf(EndPoint endpoint) => endpoint.Equals(Http1) ? _http1 : _http2;
    }

    private sealed class Queue(EndPoint endpoint, Channel<ConnectionContext> connections) : IConnectionListener
    {
        public EndPoint EndPoint { get; } = endpoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
            await connections.Reader.WaitToReadAsync(cancellationToken) && connections.Reader.TryRead(out var connection) ? connection : null;

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            connections.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => UnbindAsync();
    }
}
