using Envoy.Data.Accesslog.V3;
using Google.Protobuf;
using Weft.Proxy.LoadBalancing;
using Weft.Proxy.Mesh;
using Weft.Proxy.Stats;

namespace Weft.Proxy.AccessLog.Services;

public sealed class LogExporterTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly TCPAccessLogEntry Entry = new TCPAccessLogEntry { ConnectionProperties = new() { ReceivedBytes = 1, SentBytes = 1 } };

    [Fact]
    public async Task A_full_buffer_is_sent_at_once_and_the_rest_after_the_interval()
    {
        var (time, sender, stats) = (new TestTime(), new Sender(), new LogStats());
        await using var exporter = new LogExporter(To(3 * Entry.CalculateSize()), sender, stats, time);

        Add(exporter, 4);
        await TestMesh.UntilAsync(() => sender.Batches == "3" && stats.Written.Value == 3, Cancel);

        await TestMesh.UntilAsync(
            () =>
            {
                time.Advance(LogDestination.DefaultFlushInterval);
                return sender.Batches == "3 1" && stats.Written.Value == 4;
            },
            Cancel);
    }

    [Fact]
    public async Task What_waits_is_sent_at_the_end_and_the_stream_closed()
    {
        var (sender, stats) = (new Sender(), new LogStats());
        await using (var exporter = new LogExporter(To(1000), sender, stats, new TestTime()))
        {
            Add(exporter, 2);
        }

        Assert.Equal((2, true), (sender.Batches.Split(' ').Sum(int.Parse), sender.IsClosed));
        Assert.Equal((2L, 0L), (stats.Written.Value, stats.Dropped.Value));
    }

    [Fact]
    public async Task What_a_full_queue_does_not_take_is_dropped_and_counted()
    {
        var (sender, stats) = (new Sender { Blocks = true }, new LogStats());
        await using var exporter = new LogExporter(To(0), sender, stats, new TestTime());
        Add(exporter, 1);
        await TestMesh.UntilAsync(() => sender.Batches == "1", Cancel);

        Add(exporter, 4096 + 10);

        Assert.Equal(10, stats.Dropped.Value);
    }

    private static void Add(LogExporter exporter, int count)
    {
        for (var index = 0; index < count; index++)
        {
            exporter.Add(Entry);
        }
    }

    private static LogDestination To(int bufferLength) =>
        new() { Protocol = LogProtocol.EnvoyTcp, Cluster = "als", Authority = "als", LogName = "mine", BufferLength = bufferLength };

    private sealed class Sender : ILogSender
    {
        public bool Blocks { get; init; }

        public string Batches { get; private set; } = "";

        public bool IsClosed { get; private set; }

        public Task SendAsync(IReadOnlyList<IMessage> batch, CancellationToken cancellationToken)
        {
            Batches = $"{Batches} {batch.Count}".Trim();
            return Blocks ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken) : Task.CompletedTask;
        }

        public Task CloseAsync(CancellationToken cancellationToken)
        {
            IsClosed = true;
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
