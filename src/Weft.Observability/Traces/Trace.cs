using System.Collections.Immutable;

namespace Weft.Observability.Traces;

/// <summary>The spans of one trace that are known by now, in the order in which they came. Never empty.</summary>
public sealed record Trace(TraceId Id, ImmutableArray<Span> Spans)
{
    /// <summary>The span without a parent among these; the earliest one of several.</summary>
    public Span Root
    {
        get
        {
            var ids = Spans.Select(static span => span.SpanId).ToHashSet();
            return Spans.Where(span => !ids.Contains(span.Parent)).DefaultIfEmpty(Spans[0]).MinBy(static span => span.StartNanoseconds)!;
        }
    }

    public long StartNanoseconds => Spans.Min(static span => span.StartNanoseconds);

    public long EndNanoseconds => Spans.Max(static span => span.EndNanoseconds);

    public TimeSpan Duration => TimeSpan.FromTicks((EndNanoseconds - StartNanoseconds) / 100);
}
