using System.Threading.Channels;

namespace Weft.Runtime.Controllers;

/// <summary>
/// The keys that a controller has to look at, each at most once however often it was added. One reader, any number of writers.
/// A key added while it is being worked on comes again afterwards.
/// </summary>
internal sealed class WorkQueue<TKey>(TimeProvider time)
    where TKey : notnull
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Channel<TKey> _ready = Channel.CreateUnbounded<TKey>(); // Bounded by _queued: a key is in it once.
    private readonly HashSet<TKey> _queued = [];
    private readonly Dictionary<TKey, int> _failures = [];
    private readonly Dictionary<TKey, ITimer> _later = [];
    private bool _closed;

    public void Add(TKey key)
    {
        lock (_gate)
        {
            if (!_closed && _queued.Add(key))
                _ready.Writer.TryWrite(key);
        }
    }

    /// <summary>Adds the key after a delay; a later call replaces an earlier one that has not come due.</summary>
    public void AddAfter(TKey key, TimeSpan delay)
    {
        lock (_gate)
        {
            if (_closed)
                return;
            if (_later.Remove(key, out var former))
                former.Dispose();
            _later[key] = time.CreateTimer(_ => ComeDue(key), null, delay, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Adds the key again after a failure, later the more often it has failed in a row.</summary>
    public void Retry(TKey key)
    {
        TimeSpan delay;
        lock (_gate)
        {
            var failures = _failures[key] = _failures.GetValueOrDefault(key) + 1;
            var exponential = FirstRetry * Math.Pow(2, Math.Min(failures - 1, 20));
            delay = exponential < LongestRetry ? exponential : LongestRetry;
        }

        AddAfter(key, delay);
    }

    /// <summary>The key was worked on without failure.</summary>
    public void Forget(TKey key)
    {
        lock (_gate)
            _failures.Remove(key);
    }

    public async Task<TKey> TakeAsync(CancellationToken cancellationToken)
    {
        var key = await _ready.Reader.ReadAsync(cancellationToken);
        lock (_gate)
            _queued.Remove(key);
        return key;
    }

    /// <summary>Stops all timers; keys added from now on are dropped.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var timer in _later.Values)
                timer.Dispose();
            _later.Clear();
        }
    }

    private void ComeDue(TKey key)
    {
        lock (_gate)
        {
            if (_later.Remove(key, out var timer))
                timer.Dispose();
        }

        Add(key);
    }
}
