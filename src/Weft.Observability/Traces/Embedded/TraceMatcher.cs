using System.Collections.Immutable;

namespace Weft.Observability.Traces.Embedded;

/// <summary>Jaeger's search on one trace: a single span must satisfy everything that the query asks.</summary>
internal sealed class TraceMatcher(TraceQuery query)
{
    private readonly long _start = Nanoseconds(query.Start);
    private readonly long _end = Nanoseconds(query.End);
    private readonly long _min = (query.MinDuration?.Ticks ?? 0) * 100;
    private readonly long _max = query.MaxDuration is { } max ? max.Ticks * 100 : long.MaxValue;

    /// <summary>A quick look that never turns a matching trace away.</summary>
    public bool MayMatch(StoredTrace trace)
    {
        if (trace.StartNanoseconds > _end || trace.EndNanoseconds < _start || trace.LongestSpan < _min)
            return false;
        foreach (var (key, value) in query.Tags)
        {
            if (!trace.MayHave(key, value))
                return false;
        }

        return true;
    }

    public bool Matches(ReadOnlySpan<Span> spans)
    {
        foreach (var span in spans)
        {
            if (Matches(span))
                return true;
        }

        return false;
    }

    private bool Matches(Span span) =>
        span.Process.ServiceName == query.Service
        && (query.Operation is null || span.OperationName == query.Operation)
        && span.StartNanoseconds >= _start && span.StartNanoseconds <= _end
        && span.DurationNanoseconds >= _min && span.DurationNanoseconds <= _max
        && HasTags(span);

    private bool HasTags(Span span)
    {
        foreach (var (key, value) in query.Tags)
        {
            if (!Has(span.Tags, key, value) && !Has(span.Process.Tags, key, value) && !HasInLogs(span, key, value))
                return false;
        }

        return true;
    }

    private static bool HasInLogs(Span span, string key, string value)
    {
        foreach (var log in span.Logs)
        {
            if (Has(log.Fields, key, value))
                return true;
        }

        return false;
    }

    private static bool Has(ImmutableArray<SpanTag> tags, string key, string value)
    {
        foreach (var tag in tags)
        {
            if (tag.Key == key && tag.Text == value)
                return true;
        }

        return false;
    }

    private static long Nanoseconds(DateTimeOffset instant)
    {
        var ticks = (instant - DateTimeOffset.UnixEpoch).Ticks;
        return Math.Clamp(ticks, long.MinValue / 200, long.MaxValue / 200) * 100;
    }
}
