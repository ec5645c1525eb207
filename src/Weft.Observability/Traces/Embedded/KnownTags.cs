using System.Collections.Immutable;
using Weft.Observability.Traces.TraceQL;

namespace Weft.Observability.Traces.Embedded;

/// <summary>Names and values of tags on the spans that a query matches, up to a limit of each.</summary>
internal sealed class KnownTags(List<StoredTrace.Snapshot> traces, TraceQLQuery query, CancellationToken cancellationToken)
{
    private const int MaxNames = 5000;
    private const int MaxValues = 1000;

    /// <summary>The names of a scope in order; <c>service.name</c> is one of resources.</summary>
    public ImmutableArray<string> Names(AttributeScope scope)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (_, span) in Spans())
        {
            if (scope == AttributeScope.Resource)
                names.Add("service.name");
            foreach (var tag in scope == AttributeScope.Resource ? span.Process.Tags : span.Tags)
                names.Add(tag.Key);
            if (names.Count >= MaxNames)
                break;
        }

        return [.. names];
    }

    public ImmutableArray<TraceQLValue> Values(AttributeName attribute)
    {
        var values = new HashSet<TraceQLValue>();
        foreach (var (evaluator, span) in Spans())
        {
            var value = evaluator.Value(span, attribute);
            if (value.Type != TraceQLType.Nil)
                values.Add(value);
            if (values.Count >= MaxValues)
                break;
        }

        return [.. values];
    }

    private IEnumerable<(TraceQLEvaluator Evaluator, Span Span)> Spans()
    {
        foreach (var snapshot in traces)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var evaluator = new TraceQLEvaluator(snapshot.ToTrace());
            foreach (var span in evaluator.Match(query))
                yield return (evaluator, span);
        }
    }
}
