using System.Runtime.CompilerServices;

namespace Weft.Kubernetes.Watching;

/// <summary>
/// The newest value of something that changes, for readers who want the present state
/// and may miss what lay between. Any number of readers and writers; no locks.
/// </summary>
public sealed class SnapshotSource<T>(T initial)
    where T : class
{
    private Version _latest = new(initial);

    /// <summary>The newest value.</summary>
    public T Current => Volatile.Read(ref _latest).Value;

    /// <summary>Replaces the value and wakes every reader.</summary>
    public void Publish(T value) =>
        Interlocked.Exchange(ref _latest, new Version(value)).Replaced.SetResult();

    /// <summary>Yields the present value, then the newest one each time it has changed. Ends only by cancellation.</summary>
    public async IAsyncEnumerable<T> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            // Taken before the yield: what is published while the reader works is seen by the wait below.
            var seen = Volatile.Read(ref _latest);
            yield return seen.Value;
            await seen.Replaced.Task.WaitAsync(cancellationToken);
        }
    }

    private sealed class Version(T value)
    {
        public T Value { get; } = value;

        public TaskCompletionSource Replaced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
