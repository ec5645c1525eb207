namespace Weft.Proxy.LoadBalancing;

/// <summary>
/// Weighted round robin by earliest deadline first, as Envoy's EdfScheduler: who is picked comes again after 1/weight,
/// so that turns of heavy entries are spread over the round. One caller at a time.
/// </summary>
/// <param name="weight">Asked again at every turn; more than 0.</param>
internal sealed class EdfScheduler<T>(Func<T, double> weight)
{
    private readonly PriorityQueue<T, (double Deadline, long Order)> _queue = new();
    private double _now;
    private long _order;

    public void Add(T entry) => _queue.Enqueue(entry, (_now + (1 / weight(entry)), _order++));

    /// <summary>Picks for some turns, so that not every scheduler of a mesh begins with the same entry.</summary>
    public void Skip(int turns)
    {
        for (var turn = 0; turn < turns; turn++)
        {
            Pick();
        }
    }

    public T Pick()
    {
        _queue.TryDequeue(out var entry, out var due);
        _now = due.Deadline;
        Add(entry!);
        return entry!;
    }
}
