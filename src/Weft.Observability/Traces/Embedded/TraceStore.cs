using System.Collections.Immutable;

namespace Weft.Observability.Traces.Embedded;

/// <summary>
/// Traces in memory, bounded by bytes and age. When the oldest must go, those with an error and those slower than most of their kind are
/// kept longer, within a share of their own (<see cref="TraceStoreOptions"/>). Safe for parallel use: writers and the choice of candidates
/// hold one lock briefly, spans are compared outside of it.
/// </summary>
internal sealed class TraceStore(TraceStoreOptions options, TimeProvider time)
{
    // Names beyond this many are not told apart from others any more; only the choice of slow traces suffers.
    private const int MaxOperations = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<TraceId, StoredTrace> _traces = [];
    private readonly ServiceIndex _services = new();
    private readonly Dictionary<(string, string), DurationQuantile> _durations = [];
    private readonly Queue<StoredTrace> _ordinary = new();
    private readonly Queue<StoredTrace> _kept = new();
    private readonly SpanPool _pool = new();
    private long _ordinaryBytes;
    private long _keptBytes;

    /// <summary>What the store holds and has let go.</summary>
    public TraceStoreCounts Counts { get; private set; } = new(0, 0, 0, 0, 0);

    public void Add(ImmutableArray<Span> spans)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            foreach (var span in spans)
                Add(_pool.Shared(span), now);
            Trim(now);
            Counts = Counts with { Traces = _traces.Count, Bytes = _ordinaryBytes + _keptBytes };
        }
    }

    public Trace? Get(TraceId id)
    {
        lock (_lock)
            return _traces.TryGetValue(id, out var trace) ? trace.Spans.ToTrace() : null;
    }

    public ImmutableArray<string> Services()
    {
        lock (_lock)
            return _services.Names();
    }

    /// <summary>The operations of a service with the kinds of their spans (empty for spans without one).</summary>
    public ImmutableArray<(string Name, string Kind)> Operations(string service)
    {
        lock (_lock)
            return _services.Operations(service);
    }

    /// <summary>Jaeger's search; see <see cref="TraceQuery"/>.</summary>
    public ImmutableArray<Trace> Find(TraceQuery query, CancellationToken cancellationToken)
    {
        var matcher = new TraceMatcher(query);
        var found = ImmutableArray.CreateBuilder<Trace>();
        foreach (var candidate in Candidates(query.Service, query.Operation, matcher.MayMatch))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (found.Count >= query.Limit)
                break;
            if (matcher.Matches(candidate.Items))
                found.Add(candidate.ToTrace());
        }

        return found.DrainToImmutable();
    }

    /// <summary>Traces that overlap the range, the newest first; compared by the caller.</summary>
    public List<StoredTrace.Snapshot> Between(DateTimeOffset start, DateTimeOffset end)
    {
        var (first, last) = (Nanoseconds(start), Nanoseconds(end));
        return Candidates(null, null, trace => trace.StartNanoseconds <= last && trace.EndNanoseconds >= first);
    }

    private static long Nanoseconds(DateTimeOffset instant) => (instant - DateTimeOffset.UnixEpoch).Ticks * 100;

    private List<StoredTrace.Snapshot> Candidates(string? service, string? operation, Func<StoredTrace, bool> mayMatch)
    {
        var candidates = new List<(long Start, StoredTrace.Snapshot Spans)>();
        lock (_lock)
        {
            foreach (var trace in service is null ? _traces.Values : _services.Traces(service, operation))
            {
                if (!trace.Removed && mayMatch(trace))
                    candidates.Add((trace.StartNanoseconds, trace.Spans));
            }
        }

        candidates.Sort(static (a, b) => b.Start.CompareTo(a.Start));
        return candidates.ConvertAll(static candidate => candidate.Spans);
    }

    private void Add(Span span, DateTimeOffset now)
    {
        if (!_traces.TryGetValue(span.TraceId, out var trace))
        {
            trace = new StoredTrace(span.TraceId) { Bytes = SpanPool.BytesPerTrace };
            _traces.Add(span.TraceId, trace);
            _ordinary.Enqueue(trace);
            _ordinaryBytes += trace.Bytes;
        }

        if (trace.Count >= options.MaxSpansPerTrace)
        {
            Counts = Counts with { DroppedSpans = Counts.DroppedSpans + 1 };
            return;
        }

        if (trace.Has(span))
            return;
        trace.Add(span);
        trace.Touched = now;
        _services.Add(span, trace);
        var bytes = SpanPool.Bytes(span);
        trace.Bytes += bytes;
        _ordinaryBytes += trace.Kept ? 0 : bytes;
        _keptBytes += trace.Kept ? bytes : 0;
        Counts = Counts with { ReceivedSpans = Counts.ReceivedSpans + 1 };
    }

    private void Trim(DateTimeOffset now)
    {
        var keptLimit = (long)(options.MaxBytes * options.KeptShare);
        while (_ordinary.TryPeek(out var oldest) && (_ordinaryBytes + _keptBytes > options.MaxBytes || now - oldest.Touched > options.Retention))
        {
            _ordinary.Dequeue();
            _ordinaryBytes -= oldest.Bytes;
            if (IsWorthKeeping(oldest))
                Keep(oldest);
            else
                Remove(oldest);
            // At once: what was moved aside takes from the same total.
            TrimKept(keptLimit, now);
        }

        TrimKept(keptLimit, now);
    }

    private void TrimKept(long limit, DateTimeOffset now)
    {
        while (_kept.TryPeek(out var oldest) && (_keptBytes > limit || now - oldest.Touched > options.KeptRetention))
        {
            _kept.Dequeue();
            _keptBytes -= oldest.Bytes;
            Remove(oldest);
        }
    }

    private void Keep(StoredTrace trace)
    {
        trace.Kept = true;
        _kept.Enqueue(trace);
        _keptBytes += trace.Bytes;
    }

    private void Remove(StoredTrace trace)
    {
        trace.Removed = true;
        _traces.Remove(trace.Id);
        _services.Remove(trace);
        Counts = Counts with { EvictedTraces = Counts.EvictedTraces + 1 };
    }

    private bool IsWorthKeeping(StoredTrace trace)
    {
        var root = trace.Spans.ToTrace().Root;
        var kind = (root.Process.ServiceName, root.OperationName);
        if (!_durations.TryGetValue(kind, out var typical) && _durations.Count < MaxOperations)
            _durations.Add(kind, typical = new DurationQuantile(options.SlowQuantile));
        var slow = typical?.IsAbove(trace.Duration) ?? false;
        return trace.HasError || slow;
    }
}

/// <summary>The state of a trace store: traces and estimated bytes held, spans received, spans beyond the limit of a trace, traces let go.</summary>
public sealed record TraceStoreCounts(int Traces, long Bytes, long ReceivedSpans, long DroppedSpans, long EvictedTraces);
