namespace Weft.Kubernetes.Watching;

public sealed class SnapshotSourceTests
{
    [Fact]
    public async Task A_reader_sees_the_present_value_and_then_the_newest()
    {
        var source = new SnapshotSource<string>("first");
        await using var reader = source.WatchAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);

        Assert.True(await reader.MoveNextAsync());
        Assert.Equal("first", reader.Current);
        source.Publish("second");
        source.Publish("third");
        Assert.True(await reader.MoveNextAsync());
        Assert.Equal("third", reader.Current);
    }

    [Fact]
    public async Task Every_reader_ends_on_the_last_of_many_writers()
    {
        var source = new SnapshotSource<string>("start");
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var readers = Enumerable.Range(0, 8).Select(_ => Task.Run(() => ReadUntil(source, "last", ended.Token), ended.Token)).ToArray();

        Parallel.For(0, 5000, i => source.Publish($"value {i}"));
        source.Publish("last");

        Assert.All(await Task.WhenAll(readers), seen => Assert.Equal("last", seen));
    }

    [Fact]
    public async Task Cancellation_ends_a_waiting_reader()
    {
        var source = new SnapshotSource<string>("only");
        using var cancellation = new CancellationTokenSource();
        await using var reader = source.WatchAsync(cancellation.Token).GetAsyncEnumerator(cancellation.Token);
        await reader.MoveNextAsync();

        var next = reader.MoveNextAsync().AsTask();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    private static async Task<string> ReadUntil(SnapshotSource<string> source, string last, CancellationToken cancellationToken)
    {
        await foreach (var value in source.WatchAsync(cancellationToken))
        {
            if (value == last)
            {
                return value;
            }
        }

        return "never";
    }
}
