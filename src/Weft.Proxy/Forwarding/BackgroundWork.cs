using System.Collections.Concurrent;

namespace Weft.Proxy.Forwarding;

/// <summary>Work that no request waits for, such as mirrored requests. Bounded: what comes when it is full is refused, never queued. Disposing ends all of it.</summary>
internal sealed class BackgroundWork(int limit) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<long, Task> _running = new();
    private readonly CancellationTokenSource _stop = new();
    private long _next;
    private int _count;

    /// <returns>False when there is too much of it already.</returns>
    public bool TryRun(Func<CancellationToken, Task> work)
    {
        if (Interlocked.Increment(ref _count) > limit || _stop.IsCancellationRequested)
        {
            Interlocked.Decrement(ref _count);
            return false;
        }

        var id = Interlocked.Increment(ref _next);
        // Registered before it runs, so that its own removal finds it.
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[id] = RunAsync(id, work, begun.Task);
        begun.SetResult();
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running.Values);
        _stop.Dispose();
    }

    private async Task RunAsync(long id, Func<CancellationToken, Task> work, Task begun)
    {
        await begun;
        try
        {
            await work(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The end.
        }
        finally
        {
            _running.TryRemove(id, out _);
            Interlocked.Decrement(ref _count);
        }
    }
}
