using System.Collections.Concurrent;

namespace Weft.Console.Caching;

/// <summary>
/// Makes each result once for everybody who asks for it at the same time, and keeps it for a while. A failure goes to all who wait and is
/// not kept. Whoever stops waiting does not stop the others. Bounded: beyond the capacity the oldest results are forgotten first.
/// </summary>
/// <param name="asked">Told of each request whether it was answered by a result that another one had asked for.</param>
public sealed class SharedResults<TKey, TValue>(TimeSpan keep, int capacity, TimeProvider time, Action<bool>? asked = null)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Entry> _entries = new();
    private long _made;
    private long _shared;
    private long _evicted;

    /// <summary>How many results have been made.</summary>
    public long Made => Interlocked.Read(ref _made);

    /// <summary>How many requests were answered by a result that another one had asked for.</summary>
    public long Shared => Interlocked.Read(ref _shared);

    public int Count => _entries.Count;

    public CacheUse Use => new(Shared, Made, Interlocked.Read(ref _evicted));

    /// <param name="make">Runs apart from the caller: it is not cancelled with it and must limit itself.</param>
    public async Task<TValue> GetAsync(TKey key, Func<Task<TValue>> make, CancellationToken cancellationToken)
    {
        while (true)
        {
            var mine = new Entry(time.GetTimestamp());
            var entry = _entries.GetOrAdd(key, mine);
            if (ReferenceEquals(entry, mine))
            {
                Interlocked.Increment(ref _made);
                asked?.Invoke(false);
                _ = MakeAsync(key, mine, make);
                Trim();
                return await mine.Result.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            if (!entry.Result.Task.IsCompleted || time.GetElapsedTime(entry.CompletedAt) < keep)
            {
                Interlocked.Increment(ref _shared);
                asked?.Invoke(true);
                return await entry.Result.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            _entries.TryRemove(KeyValuePair.Create(key, entry));
        }
    }

    private async Task MakeAsync(TKey key, Entry entry, Func<Task<TValue>> make)
    {
        try
        {
            var value = await make().ConfigureAwait(false);
            entry.CompletedAt = time.GetTimestamp();
            entry.Result.SetResult(value);
        }
        // Whatever it is, it is the answer of those who wait.
        catch (Exception failure)
        {
            _entries.TryRemove(KeyValuePair.Create(key, entry));
            entry.Result.SetException(failure);
            // Nobody may be waiting any more; then the failure is of no interest.
            _ = entry.Result.Task.Exception;
        }
    }

    private void Trim()
    {
        var completed = _entries.Where(pair => pair.Value.Result.Task.IsCompleted).OrderBy(pair => pair.Value.CompletedAt).ToList();
        var surplus = _entries.Count - capacity;
        foreach (var (key, entry) in completed.Where((pair, index) => index < surplus || time.GetElapsedTime(pair.Value.CompletedAt) >= keep))
        {
            if (_entries.TryRemove(KeyValuePair.Create(key, entry)))
            {
                Interlocked.Increment(ref _evicted);
            }
        }
    }

    private sealed class Entry(long startedAt)
    {
        /// <summary>Written before the result is set, read only after.</summary>
        public long CompletedAt { get; set; } = startedAt;

        public TaskCompletionSource<TValue> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
