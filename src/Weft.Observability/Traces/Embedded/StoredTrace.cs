using System.Collections.Immutable;

namespace Weft.Observability.Traces.Embedded;

/// <summary>
/// One trace of the store. Written under the store's lock; spans are only ever appended, so that readers who took
/// <see cref="Snapshot"/> need no lock.
/// </summary>
internal sealed class StoredTrace(TraceId id)
{
    private Span[] _spans = new Span[4];
    private TagFilter _tags;

    public TraceId Id { get; } = id;

    public int Count { get; private set; }

    public long Bytes { get; set; }

    public long StartNanoseconds { get; private set; } = long.MaxValue;

    public long EndNanoseconds { get; private set; } = long.MinValue;

    /// <summary>When the last span came, by the store's clock.</summary>
    public DateTimeOffset Touched { get; set; }

    public bool HasError { get; private set; }

    /// <summary>Moved aside, because it has an error or was slow.</summary>
    public bool Kept { get; set; }

    public bool Removed { get; set; }

    public TimeSpan Duration => TimeSpan.FromTicks((EndNanoseconds - StartNanoseconds) / 100);

    /// <summary>The longest of its spans: no search for longer ones finds it.</summary>
    public long LongestSpan { get; private set; }

    public Snapshot Spans => new(this, _spans, Count);

    public void Add(Span span)
    {
        if (Count == _spans.Length)
            Array.Resize(ref _spans, 2 * Count);
        _spans[Count++] = span;
        StartNanoseconds = Math.Min(StartNanoseconds, span.StartNanoseconds);
        EndNanoseconds = Math.Max(EndNanoseconds, span.EndNanoseconds);
        LongestSpan = Math.Max(LongestSpan, span.DurationNanoseconds);
        HasError |= SpanTags.SaysError(span);
        AddTags(span.Tags);
        AddTags(span.Process.Tags);
        foreach (var log in span.Logs)
            AddTags(log.Fields);
    }

    /// <summary>Whether the span is known: Zipkin's server side may share the id of the client side, so the kind counts too.</summary>
    public bool Has(Span span)
    {
        foreach (var known in Spans.Items)
        {
            if (known.SpanId == span.SpanId && known.StartNanoseconds == span.StartNanoseconds && known.Tag(SpanTags.Kind) == span.Tag(SpanTags.Kind))
                return true;
        }

        return false;
    }

    public bool MayHave(string key, string value) => _tags.MayHave(key, value);

    private void AddTags(ImmutableArray<SpanTag> tags)
    {
        foreach (var tag in tags)
            _tags.Add(tag.Key, tag.Text);
    }

    /// <summary>The spans that a trace had at one moment.</summary>
    public readonly struct Snapshot(StoredTrace trace, Span[] spans, int count)
    {
        public TraceId Id => trace.Id;

        public ReadOnlySpan<Span> Items => spans.AsSpan(0, count);

        public Trace ToTrace() => new(trace.Id, [.. Items]);
    }
}
