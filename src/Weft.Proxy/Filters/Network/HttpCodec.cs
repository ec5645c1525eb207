using System.Net;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Weft.Proxy.Filters.Network;

/// <summary>
/// The HTTP codec: Kestrel's protocol core over connections that our listeners accepted, matched and decrypted.
/// Kestrel never binds; it is given connections through two queues, one per protocol.
/// </summary>
internal sealed class HttpCodec : IAsyncDisposable
{
    // Only names: nothing is bound here.
    private static readonly IPEndPoint Http1 = new(IPAddress.Loopback, 1);
    private static readonly IPEndPoint Http2 = new(IPAddress.Loopback, 2);

    private const int QueueLength = 256;

    private readonly KestrelServer _server;
    private readonly ConnectionQueues _queues = new();

    /// <param name="headersTimeout">How long the head of an HTTP/1.1 request may take once it has begun.</param>
    /// <param name="loggers">Where Kestrel tells of requests that it refuses by itself.</param>
    public HttpCodec(TimeSpan headersTimeout, ILoggerFactory loggers)
    {
        var options = new KestrelServerOptions { AddServerHeader = false, AllowHostHeaderOverride = true, AllowResponseHeaderCompression = true };
        // TLS ends before Kestrel, which so cannot know it.
        options.AllowAlternateSchemes = true;
        options.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
        options.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        SetLimits(options.Limits, headersTimeout);
        options.Listen(Http1, listen => listen.Protocols = HttpProtocols.Http1);
        options.Listen(Http2, listen => listen.Protocols = HttpProtocols.Http2);
        _server = new KestrelServer(Options.Create(options), _queues, loggers);
    }

    public Task StartAsync(Func<HttpContext, Task> serve, CancellationToken cancellationToken) =>
        _server.StartAsync(new Application(serve), cancellationToken);

    /// <summary>Serves the requests of one connection until it ends. The caller closes it.</summary>
    public async Task ServeAsync(ServedConnection connection, bool isHttp2)
    {
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
    private static void SetLimits(KestrelServerLimits limits, TimeSpan headersTimeout)
    {
        limits.MaxRequestBodySize = null;
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.MaxRequestHeadersTotalSize = 60 * 1024;
        limits.MaxRequestLineSize = 32 * 1024;
        limits.MaxRequestHeaderCount = 100;
        limits.RequestHeadersTimeout = headersTimeout;
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
