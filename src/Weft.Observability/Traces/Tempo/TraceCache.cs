namespace Weft.Observability.Traces.Tempo;

/// <summary>The last traces that were read, first in first out. A trace that may still grow is not kept. Safe for parallel use.</summary>
internal sealed class TraceCache(int capacity, TimeSpan age, TimeSpan settled, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TraceId, (Trace Trace, DateTimeOffset Since)> _traces = [];
    private readonly Queue<TraceId> _order = new();

    public Trace? Get(TraceId id)
    {
        lock (_lock)
            return _traces.TryGetValue(id, out var held) && time.GetUtcNow() - held.Since < age ? held.Trace : null;
    }

    public void Add(Trace trace)
    {
        var now = time.GetUtcNow();
        if (now - DateTimeOffset.UnixEpoch.AddTicks(trace.EndNanoseconds / 100) < settled)
            return;
        lock (_lock)
        {
            if (!_traces.ContainsKey(trace.Id))
                _order.Enqueue(trace.Id);
            _traces[trace.Id] = (trace, now);
            if (_order.Count > capacity)
                _traces.Remove(_order.Dequeue());
        }
    }
}
