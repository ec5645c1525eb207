using Envoy.Config.Core.V3;
using Envoy.Data.Accesslog.V3;
using Envoy.Service.Accesslog.V3;
using Google.Protobuf;
using Weft.Proxy.Forwarding;

namespace Weft.Proxy.AccessLog.Services;

/// <summary>
/// envoy.service.accesslog.v3.AccessLogService: one stream that stays open, whose first message says who sends. The service never answers; where it ends the stream, or the
/// connection breaks, the next batch opens another.
/// </summary>
internal sealed class EnvoyLogSender(LogDestination destination, Node node, ClusterClient client) : ILogSender
{
    private const string Method = "/envoy.service.accesslog.v3.AccessLogService/StreamAccessLogs";

    private readonly ClusterRequest _request = new()
    {
        Cluster = destination.Cluster,
        Method = "POST",
        Authority = destination.Authority,
        Path = Method,
        Headers = destination.Headers(),
        IsGrpc = true,
        Timeout = TimeSpan.Zero,
    };

    private ClusterStream? _stream;

    public async Task SendAsync(IReadOnlyList<IMessage> batch, CancellationToken cancellationToken)
    {
        var message = Message(batch);
        if (_stream is { HasEnded: false } open && await open.TryWriteAsync(GrpcMessage.Frame(message.ToByteArray()), cancellationToken))
        {
            return;
        }

        await DisposeAsync();
        _stream = new ClusterStream(client, _request);
        message.Identifier = new StreamAccessLogsMessage.Types.Identifier { Node = node, LogName = destination.LogName };
        if (!await _stream.TryWriteAsync(GrpcMessage.Frame(message.ToByteArray()), cancellationToken))
        {
            throw new ClusterRequestException($"{destination.Cluster} takes no access logs", null);
        }
    }

    public Task CloseAsync(CancellationToken cancellationToken) => _stream?.CloseAsync(cancellationToken) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_stream is not null)
        {
            await _stream.DisposeAsync();
        }
    }

    private StreamAccessLogsMessage Message(IReadOnlyList<IMessage> batch) => destination.Protocol == LogProtocol.EnvoyHttp
        ? new StreamAccessLogsMessage { HttpLogs = new() { LogEntry = { batch.Cast<HTTPAccessLogEntry>() } } }
        : new StreamAccessLogsMessage { TcpLogs = new() { LogEntry = { batch.Cast<TCPAccessLogEntry>() } } };
}
