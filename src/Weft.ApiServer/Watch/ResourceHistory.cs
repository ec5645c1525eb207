namespace Weft.ApiServer.Watch;

/// <summary>The last changes of one resource, bounded in number and bytes: a reader that falls behind the oldest kept one must list again (410).</summary>
internal sealed class ResourceHistory(long firstRevision)
{
    private const int Capacity = 4096;
    private const long MostBytes = 64 * 1024 * 1024;
    private readonly Lock _gate = new();
    private readonly WatchEvent[] _ring = new WatchEvent[Capacity];
    private int _first;
    private int _count;
    private long _bytes;
    private long _compacted = firstRevision;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Changes up to and including this revision are no longer kept.</summary>
    public long CompactedRevision
    {
        get
        {
            lock (_gate) return _compacted;
        }
    }

    public void Append(IReadOnlyList<WatchEvent> events)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            foreach (var item in events) Add(item);
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }

    /// <summary>
    /// What happened after the revision, and a task that completes at the next change. Null when the revision is older than what is kept.
    /// </summary>
    public (IReadOnlyList<WatchEvent> Events, Task Changed)? After(long revision)
    {
        lock (_gate)
        {
            if (revision < _compacted) return null;
            var from = IndexAfter(revision);
            if (from == _count) return ([], _changed.Task);
            var events = new WatchEvent[_count - from];
            for (var i = 0; i < events.Length; i++) events[i] = At(from + i);
            return (events, _changed.Task);
        }
    }

    private void Add(WatchEvent item)
    {
        if (_count == Capacity) Drop();
        _ring[(_first + _count) % Capacity] = item;
        _count++;
        _bytes += Size(item);
        while (_bytes > MostBytes && _count > 1) Drop();
    }

    private void Drop()
    {
        var oldest = _ring[_first];
        _ring[_first] = null!;
        _first = (_first + 1) % Capacity;
        _count--;
        _bytes -= Size(oldest);
        _compacted = oldest.Revision;
    }

    private int IndexAfter(long revision)
    {
        var (low, high) = (0, _count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (At(middle).Revision <= revision) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private WatchEvent At(int index) => _ring[(_first + index) % Capacity];

    private static long Size(WatchEvent item) => item.Object.Json.Length + (item.Previous?.Json.Length ?? 0);
}
