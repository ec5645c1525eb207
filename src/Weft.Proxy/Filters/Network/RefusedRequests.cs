using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Weft.Proxy.AccessLog;
using Weft.Proxy.Forwarding;

namespace Weft.Proxy.Filters.Network;

/// <summary>
/// The access log of requests that the codec answers by itself, since they are no HTTP, too long or too slow: no exchange stands for them. Kestrel tells of them only in its own log,
/// of which nothing else is kept: what a client does wrong is no failure of the proxy.
/// </summary>
internal sealed class RefusedRequests(ProxyContext proxy) : ILoggerFactory, ILogger
{
    private const string Category = "Microsoft.AspNetCore.Server.Kestrel.BadRequests";
    private const string Event = "ConnectionBadRequest";

    private readonly ConcurrentDictionary<string, HttpConnectionBinding> _connections = new();

    /// <summary>Reports what happens on a connection until the returned object is disposed.</summary>
    public IDisposable? Watch(string connectionId, HttpConnectionBinding binding)
    {
        if (binding.Manager.AccessLogs.IsEmpty)
        {
            return null;
        }

        _connections[connectionId] = binding;
        return new Watched(this, connectionId);
    }

    ILogger ILoggerFactory.CreateLogger(string categoryName) => categoryName == Category ? this : NullLogger.Instance;

    void ILoggerFactory.AddProvider(ILoggerProvider provider) => throw new NotSupportedException("there is one reader");

    bool ILogger.IsEnabled(LogLevel logLevel) => !_connections.IsEmpty;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Name == Event
            && exception is BadHttpRequestException error
            && !CodecErrors.IsCutShort(error)
            && state is IReadOnlyList<KeyValuePair<string, object?>> fields
            && fields.FirstOrDefault(field => field.Key == "ConnectionId").Value is string id
            && _connections.TryGetValue(id, out var binding))
        {
            Report(binding, error);
        }
    }

    void IDisposable.Dispose()
    {
    }

    private void Report(HttpConnectionBinding binding, BadHttpRequestException error)
    {
        var connection = binding.Connection;
        var entry = new AccessLogEntry
        {
            StartTime = proxy.Time.GetUtcNow(),
            Duration = TimeSpan.Zero,
            Protocol = "HTTP/1.1",
            ResponseCode = error.StatusCode,
            Flags = error.StatusCode == StatusCodes.Status408RequestTimeout ? ResponseFlags.None : ResponseFlags.DownstreamProtocolError,
            Details = CodecErrors.DetailsOf(error),
            BytesReceived = 0,
            BytesSent = 0,
            DownstreamLocalAddress = connection.OriginalDestination,
            DownstreamRemoteAddress = connection.RemoteAddress,
            DownstreamDirectRemoteAddress = connection.PeerAddress,
            RequestedServerName = connection.RequestedServerName,
            DownstreamTls = connection.Tls,
        };
        foreach (var log in binding.Manager.AccessLogs)
        {
            log.Record(entry, proxy);
        }
    }

    private sealed class Watched(RefusedRequests reports, string connectionId) : IDisposable
    {
        public void Dispose() => reports._connections.TryRemove(connectionId, out _);
    }
}
