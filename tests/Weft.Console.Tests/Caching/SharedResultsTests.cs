namespace Weft.Console.Caching;

public sealed class SharedResultsTests
{
    private readonly SteppedTime _time = new();

    [Fact]
    public async Task Everybody_who_asks_at_the_same_time_gets_one_result()
    {
        var results = new SharedResults<string, int>(TimeSpan.FromSeconds(5), 10, _time);
        var gate = new TaskCompletionSource<int>();
        var asked = Enumerable.Range(0, 200).Select(_ => results.GetAsync("a", () => gate.Task, TestContext.Current.CancellationToken)).ToList();
        gate.SetResult(7);
        Assert.All(await Task.WhenAll(asked), result => Assert.Equal(7, result));
        Assert.Equal((1, 199), (results.Made, results.Shared));
    }

    [Fact]
    public async Task A_result_is_made_anew_when_it_is_old()
    {
        var results = new SharedResults<string, int>(TimeSpan.FromSeconds(5), 10, _time);
        var made = 0;
        Assert.Equal(1, await results.GetAsync("a", () => Task.FromResult(++made), TestContext.Current.CancellationToken));
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(1, await results.GetAsync("a", () => Task.FromResult(++made), TestContext.Current.CancellationToken));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, await results.GetAsync("a", () => Task.FromResult(++made), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_failure_is_everybodys_who_waits_and_nobodys_after()
    {
        var results = new SharedResults<string, int>(TimeSpan.FromSeconds(5), 10, _time);
        var gate = new TaskCompletionSource<int>();
        var first = results.GetAsync("a", () => gate.Task, TestContext.Current.CancellationToken);
        var second = results.GetAsync("a", () => gate.Task, TestContext.Current.CancellationToken);
        gate.SetException(new InvalidOperationException("down"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => first);
        await Assert.ThrowsAsync<InvalidOperationException>(() => second);
        Assert.Equal(3, await results.GetAsync("a", () => Task.FromResult(3), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Whoever_stops_waiting_does_not_stop_the_others()
    {
        var results = new SharedResults<string, int>(TimeSpan.FromSeconds(5), 10, _time);
        var gate = new TaskCompletionSource<int>();
        using var leaving = new CancellationTokenSource();
        var first = results.GetAsync("a", () => gate.Task, leaving.Token);
        var second = results.GetAsync("a", () => gate.Task, TestContext.Current.CancellationToken);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult(1);
        Assert.Equal(1, await second);
    }

    [Fact]
    public async Task It_never_holds_more_than_its_capacity()
    {
        var results = new SharedResults<int, int>(TimeSpan.FromHours(1), 10, _time);
        for (var i = 0; i < 100; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(i, await results.GetAsync(i, () => Task.FromResult(i), TestContext.Current.CancellationToken));
            Assert.InRange(results.Count, 1, 11);
        }
    }
}
