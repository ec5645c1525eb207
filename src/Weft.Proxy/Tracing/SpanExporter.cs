using System.Threading.Channels;
using Weft.Proxy.Forwarding;

namespace Weft.Proxy.Tracing;

/// <summary>
/// Sends the spans of one collector in batches: when enough are there, or after a short while. The queue is bounded; when it is full the newest
/// spans are dropped and counted, and so is a batch that the collector does not take. Requests never wait for it.
/// </summary>
internal sealed class SpanExporter : IAsyncDisposable
{
    private const int QueueLength = 4096;
    private const int BatchLength = 256;

    private static readonly TimeSpan BatchInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan FinalTime = TimeSpan.FromSeconds(2);

    private readonly SpanCollector _collector;
    private readonly ProxyContext _proxy;
    private readonly ClusterClient _client;
    private readonly Channel<SpanRecord> _queue = Channel.CreateBounded<SpanRecord>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _sending;

    public SpanExporter(SpanCollector collector, ProxyContext proxy, ClusterClient client)
    {
        _collector = collector;
        _proxy = proxy;
        _client = client;
        _sending = Task.Run(SendAllAsync);
    }

    public void Add(SpanRecord span)
    {
        if (!_queue.Writer.TryWrite(span))
        {
            _proxy.Stats.SpansDropped.Increment();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        _stop.CancelAfter(FinalTime);
        await _sending;
        _stop.Dispose();
    }

    private async Task SendAllAsync()
    {
        var batch = new List<SpanRecord>(BatchLength);
        while (await _queue.Reader.WaitToReadAsync())
        {
            await CollectAsync(batch);
            await SendAsync(batch);
            batch.Clear();
        }
    }

    // The first span of a batch waits for others, unless the proxy is ending.
    private async Task CollectAsync(List<SpanRecord> batch)
    {
        Drain(batch);
        if (batch.Count < BatchLength && !_queue.Reader.Completion.IsCompleted)
        {
            await Task.WhenAny(Task.Delay(BatchInterval, _proxy.Time, _stop.Token), _queue.Reader.Completion);
            Drain(batch);
        }
    }

    private void Drain(List<SpanRecord> batch)
    {
        while (batch.Count < BatchLength && _queue.Reader.TryRead(out var span))
        {
            batch.Add(span);
        }
    }

    private async Task SendAsync(List<SpanRecord> batch)
    {
        try
        {
            var answer = await _client.SendAsync(Request(batch), _stop.Token);
            var isTaken = answer.Status is >= 200 and < 300 && (answer.Find("grpc-status") ?? "0") == "0";
            (isTaken ? _proxy.Stats.SpansSent : _proxy.Stats.SpansDropped).Add(batch.Count);
        }
        catch (Exception error) when (error is ClusterRequestException or OperationCanceledException)
        {
            _proxy.Stats.SpansDropped.Add(batch.Count);
        }
    }

    private ClusterRequest Request(List<SpanRecord> batch)
    {
        var isGrpc = _collector.Protocol == SpanProtocol.OtlpGrpc;
        var headers = new List<KeyValuePair<string, string>>
        {
            new("content-type", _collector.Protocol switch
            {
                SpanProtocol.ZipkinJson => "application/json",
                SpanProtocol.OtlpHttp => "application/x-protobuf",
                _ => "application/grpc",
            }),
        };
        if (isGrpc)
        {
            headers.Add(new("te", "trailers"));
        }

        foreach (var line in _collector.Headers.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(": ", 2);
            headers.Add(new(parts[0], parts[1]));
        }

        var service = _collector.ServiceName.Length > 0 ? _collector.ServiceName : _proxy.Bootstrap.NodeCluster;
        return new ClusterRequest
        {
            Cluster = _collector.Cluster,
            Method = "POST",
            Authority = _collector.Authority,
            Path = _collector.Path,
            Headers = headers,
            Body = _collector.Protocol switch
            {
                SpanProtocol.ZipkinJson => ZipkinSpans.Json(batch, service),
                SpanProtocol.OtlpHttp => OtlpSpans.Message(batch, service),
                _ => GrpcMessage.Frame(OtlpSpans.Message(batch, service)),
            },
            IsGrpc = isGrpc,
            Timeout = _collector.Timeout,
        };
    }
}
