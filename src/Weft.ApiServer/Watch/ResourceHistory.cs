namespace Weft.ApiServer.Watch;

/// <summary>The last changes of one resource, bounded: a reader that falls behind the oldest kept one must list again (410).</summary>
internal sealed class ResourceHistory(long firstRevision)
{
    private const int Capacity = 4096;
    private readonly Lock _gate = new();
    private readonly Queue<WatchEvent> _events = new();
    private long _dropped;
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
            foreach (var item in events) _events.Enqueue(item);
            while (_events.Count > Capacity)
            {
                _compacted = _events.Dequeue().Revision;
                _dropped++;
            }

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
            return ([.. _events.SkipWhile(e => e.Revision <= revision)], _changed.Task);
        }
    }
}
