using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace Weft.Proxy.Filters.Network;

/// <summary>
/// Serves HTTP connections. Kestrel knows only one request_headers_timeout per server, so there is a codec for each that is configured: nearly always one.
/// </summary>
internal sealed class HttpServer(TimeProvider time, RefusedRequests refused) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<TimeSpan, Lazy<Task<HttpCodec>>> _codecs = new();
    private Func<HttpContext, Task> _serve = static _ => Task.CompletedTask;

    /// <summary>Called once, before the first connection.</summary>
    public async Task StartAsync(Func<HttpContext, Task> serve)
    {
        _serve = serve;
        await CodecAsync(HttpConnectionManagerModel.DefaultHeadersTimeout);
    }

    /// <summary>Serves the requests of one connection until it ends. The caller closes it.</summary>
    public async Task ServeAsync(HttpConnectionBinding binding, bool isHttp2)
    {
        var connection = new ServedConnection(binding);
        using var life = binding.Manager.LimitsConnections ? new ConnectionLife(connection.Features, binding.Manager, time) : null;
        binding.Life = life;
        using var watched = refused.Watch(connection.ConnectionId, binding);
        await (await CodecAsync(binding.Manager.RequestHeadersTimeout)).ServeAsync(connection, isHttp2);
    }

    /// <summary>Finishes requests in flight until the token is cancelled, then breaks them.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var codec in _codecs.Values)
        {
            await (await codec.Value).StopAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var codec in _codecs.Values)
        {
            await (await codec.Value).DisposeAsync();
        }
    }

    private Task<HttpCodec> CodecAsync(TimeSpan headersTimeout) => _codecs.GetOrAdd(headersTimeout, timeout => new Lazy<Task<HttpCodec>>(() => OpenAsync(timeout))).Value;

    private async Task<HttpCodec> OpenAsync(TimeSpan headersTimeout)
    {
        var codec = new HttpCodec(headersTimeout, refused);
        await codec.StartAsync(_serve, CancellationToken.None);
        return codec;
    }
}
