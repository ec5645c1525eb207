using System.Threading.Channels;
using Google.Protobuf;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Stats;

namespace Weft.Proxy.AccessLog.Services;

/// <summary>Sends batches of entries to one service.</summary>
internal interface ILogSender : IAsyncDisposable
{
    /// <exception cref="ClusterRequestException">The service did not take them.</exception>
    /// <exception cref="OperationCanceledException">The proxy is ending.</exception>
    Task SendAsync(IReadOnlyList<IMessage> batch, CancellationToken cancellationToken);

    /// <summary>Ends in order what is open between batches, unless cancelled. Called once, after the last.</summary>
    Task CloseAsync(CancellationToken cancellationToken);
}

/// <summary>
/// The entries that wait for one service: sent when they fill the buffer, or after a while (buffer_size_bytes, buffer_flush_interval). The queue is bounded; when it is
/// full the newest entries are dropped and counted, and so is a batch that the service does not take. Requests never wait for it.
/// </summary>
internal sealed class LogExporter : IAsyncDisposable
{
    private const int QueueLength = 4096;

    private static readonly TimeSpan FinalTime = TimeSpan.FromSeconds(2);

    private readonly LogDestination _destination;
    private readonly ILogSender _sender;
    private readonly LogStats _stats;
    private readonly TimeProvider _time;
    private readonly Channel<IMessage> _queue = Channel.CreateBounded<IMessage>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _sending;

    public LogExporter(LogDestination destination, ILogSender sender, LogStats stats, TimeProvider time)
    {
        _destination = destination;
        _sender = sender;
        _stats = stats;
        _time = time;
        _sending = Task.Run(SendAllAsync);
    }

    public void Add(IMessage entry)
    {
        if (!_queue.Writer.TryWrite(entry))
        {
            _stats.Dropped.Increment();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        _stop.CancelAfter(FinalTime);
        await _sending;
        await _sender.DisposeAsync();
        _stop.Dispose();
    }

    private async Task SendAllAsync()
    {
        var batch = new List<IMessage>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            await CollectAsync(batch);
            await SendAsync(batch);
            batch.Clear();
        }

        await _sender.CloseAsync(_stop.Token);
    }

    // The first entry of a batch waits for others, unless the proxy is ending.
    private async Task CollectAsync(List<IMessage> batch)
    {
        var length = Drain(batch, 0);
        if (length >= _destination.BufferLength)
        {
            return;
        }

        using var full = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var interval = Task.Delay(_destination.FlushInterval, _time, full.Token);
        while (length < _destination.BufferLength && !interval.IsCompleted)
        {
            var more = _queue.Reader.WaitToReadAsync(full.Token).AsTask();
            if (await Task.WhenAny(more, interval) == interval || !await more)
            {
                break;
            }

            length = Drain(batch, length);
        }

        await full.CancelAsync();
    }

    private int Drain(List<IMessage> batch, int length)
    {
        do
        {
            if (!_queue.Reader.TryRead(out var entry))
            {
                break;
            }

            batch.Add(entry);
            length += entry.CalculateSize();
        }
        while (length < _destination.BufferLength);
        return length;
    }

    private async Task SendAsync(List<IMessage> batch)
    {
        try
        {
            await _sender.SendAsync(batch, _stop.Token);
            _stats.Written.Add(batch.Count);
        }
        catch (Exception error) when (error is ClusterRequestException or OperationCanceledException)
        {
            _stats.Dropped.Add(batch.Count);
        }
    }
}
