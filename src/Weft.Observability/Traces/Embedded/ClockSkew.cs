using System.Collections.Immutable;

namespace Weft.Observability.Traces.Embedded;

/// <summary>
/// Jaeger's look at clocks that disagree, with its default of changing nothing: a span of another host that does not lie within its parent
/// gets a warning that names by how much it would have to move. Hosts are told apart by the process tag <c>ip</c>; without it every span is
/// looked at by itself. Pure.
/// </summary>
internal static class ClockSkew
{
    public static Trace Warned(Trace trace)
    {
        var parents = new Dictionary<SpanId, Span>(trace.Spans.Length);
        foreach (var span in trace.Spans)
            parents.TryAdd(span.SpanId, span);
        var skews = new Dictionary<Span, long>(trace.Spans.Length, ReferenceEqualityComparer.Instance);
        ImmutableArray<Span>.Builder? warned = null;
        for (var i = 0; i < trace.Spans.Length; i++)
        {
            var skew = Skew(trace.Spans[i], parents, skews, trace.Spans.Length);
            if (skew == 0)
                continue;
            warned ??= trace.Spans.ToBuilder();
            var warning = $"clock skew adjustment disabled; not applying calculated delta of {GoDuration.ToText(skew)}";
            warned[i] = trace.Spans[i] with { Warnings = trace.Spans[i].Warnings.Add(warning) };
        }

        return warned is null ? trace : trace with { Spans = warned.DrainToImmutable() };
    }

    // A trace from outside may go in circles: no way to the root is longer than the trace.
    private static long Skew(Span span, Dictionary<SpanId, Span> parents, Dictionary<Span, long> skews, int steps)
    {
        if (skews.TryGetValue(span, out var known))
            return known;
        if (steps == 0 || !parents.TryGetValue(span.Parent, out var parent) || ReferenceEquals(parent, span))
            return 0;
        var host = Host(span);
        var skew = host.Length > 0 && host == Host(parent) ? Skew(parent, parents, skews, steps - 1) : Between(span, parent);
        skews[span] = skew;
        return skew;
    }

    private static long Between(Span child, Span parent)
    {
        // A child that outlasts its parent was asynchronous or timed out: all that can be said is that it did not begin before.
        if (child.DurationNanoseconds > parent.DurationNanoseconds)
            return Math.Max(0, parent.StartNanoseconds - child.StartNanoseconds);
        if (child.StartNanoseconds >= parent.StartNanoseconds && child.EndNanoseconds <= parent.EndNanoseconds)
            return 0;
        // The way there is taken to be as long as the way back.
        return parent.StartNanoseconds + (parent.DurationNanoseconds - child.DurationNanoseconds) / 2 - child.StartNanoseconds;
    }

    private static string Host(Span span)
    {
        foreach (var tag in span.Process.Tags)
        {
            if (tag.Key == "ip")
                return tag.Text;
        }

        return "";
    }
}
