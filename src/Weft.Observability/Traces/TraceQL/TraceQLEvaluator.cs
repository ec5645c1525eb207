using System.Collections.Immutable;
using System.Diagnostics;

namespace Weft.Observability.Traces.TraceQL;

/// <summary>Answers a query about one trace. Pure; made for each trace.</summary>
internal sealed class TraceQLEvaluator(Trace trace)
{
    private readonly Span _root = trace.Root;
    private Dictionary<SpanId, Span>? _byId;

    /// <summary>The spans that the query wants; empty when the trace is not an answer.</summary>
    public ImmutableArray<Span> Match(TraceQLQuery query)
    {
        var matched = Spans(query.Spans);
        if (matched.Count == 0)
            return [];
        foreach (var stage in query.Stages.OfType<AggregateStage>())
        {
            if (!Satisfies(stage, matched))
                return [];
        }

        return [.. trace.Spans.Where(matched.Contains)];
    }

    /// <summary>The value of an attribute; nil when the span has none.</summary>
    public TraceQLValue Value(Span span, AttributeName attribute)
    {
        foreach (var value in Values(span, attribute))
            return value;
        return TraceQLValue.Nil;
    }

    private HashSet<Span> Spans(SpansetExpression expression)
    {
        if (expression is SpanFilter filter)
            return Set(trace.Spans.Where(span => filter.Condition is null || Holds(filter.Condition, span)));
        var operation = (SpansetOperation)expression;
        var (left, right) = (Spans(operation.Left), Spans(operation.Right));
        return operation.Operator switch
        {
            SpansetOperator.And => left.Count > 0 && right.Count > 0 ? Set(left.Concat(right)) : Set([]),
            SpansetOperator.Or => Set(left.Concat(right)),
            SpansetOperator.Child => Set(right.Where(span => Parent(span) is { } parent && left.Contains(parent))),
            SpansetOperator.Descendant => Set(right.Where(span => Ancestors(span).Any(left.Contains))),
            SpansetOperator.Parent => Set(right.Where(span => left.Any(child => ReferenceEquals(Parent(child), span)))),
            SpansetOperator.Ancestor => Set(right.Where(span => left.Any(child => Ancestors(child).Contains(span, ReferenceEqualityComparer.Instance)))),
            _ => Set(right.Where(span => left.Any(other => !ReferenceEquals(other, span) && !span.Parent.IsZero && other.Parent == span.Parent))),
        };
    }

    // Spans are told apart as objects: comparing their contents would be slow, and two equal ones are one anyway.
    private static HashSet<Span> Set(IEnumerable<Span> spans) => new(spans, ReferenceEqualityComparer.Instance);

    private Span? Parent(Span span)
    {
        if (_byId is null)
        {
            _byId = [];
            foreach (var known in trace.Spans)
                _byId.TryAdd(known.SpanId, known);
        }

        return _byId.GetValueOrDefault(span.Parent);
    }

    private IEnumerable<Span> Ancestors(Span span)
    {
        // A trace from outside may go in circles: no chain is longer than the trace.
        var steps = 0;
        for (var parent = Parent(span); parent is not null && steps < trace.Spans.Length; parent = Parent(parent), steps++)
            yield return parent;
    }

    private bool Holds(FieldExpression condition, Span span) => condition switch
    {
        AndExpression and => Holds(and.Left, span) && Holds(and.Right, span),
        OrExpression or => Holds(or.Left, span) || Holds(or.Right, span),
        NotExpression not => !Holds(not.Operand, span),
        TruthExpression truth => Values(span, truth.Operand).Any(static value => value is { Type: TraceQLType.Bool, Number: 1 }),
        Comparison comparison => Holds(comparison, span),
        _ => throw new UnreachableException(),
    };

    // A key may have several values; one that satisfies is enough. One without any is nil.
    private bool Holds(Comparison comparison, Span span) =>
        Values(span, comparison.Left).DefaultIfEmpty(TraceQLValue.Nil)
            .Any(left => Values(span, comparison.Right).DefaultIfEmpty(TraceQLValue.Nil).Any(right => left.Satisfies(comparison.Operator, right)));

    private IEnumerable<TraceQLValue> Values(Span span, Operand operand) => operand switch
    {
        LiteralOperand literal => [literal.Value],
        AttributeOperand attribute => Values(span, attribute.Name),
        _ => [],
    };

    private IEnumerable<TraceQLValue> Values(Span span, AttributeName attribute) => attribute.Scope switch
    {
        AttributeScope.Intrinsic => [Intrinsic(span, attribute.Name)],
        AttributeScope.Span => OfSpan(span, attribute.Name),
        AttributeScope.Resource => OfResource(span, attribute.Name),
        _ => OfSpan(span, attribute.Name).Concat(OfResource(span, attribute.Name)),
    };

    private static IEnumerable<TraceQLValue> OfSpan(Span span, string name) =>
        span.Tags.Where(tag => tag.Key == name).Select(TraceQLValue.Of);

    private static IEnumerable<TraceQLValue> OfResource(Span span, string name) => name == "service.name"
        ? [TraceQLValue.Of(span.Process.ServiceName)]
        : span.Process.Tags.Where(tag => tag.Key == name).Select(TraceQLValue.Of);

    private TraceQLValue Intrinsic(Span span, string name) => name switch
    {
        "duration" => TraceQLValue.Nanoseconds(span.DurationNanoseconds),
        "kind" => TraceQLValue.Kind(span.Tag(SpanTags.Kind)?.Text ?? "unspecified"),
        "name" => TraceQLValue.Of(span.OperationName),
        "status" => TraceQLValue.Status(SpanTags.SaysError(span) ? "error" : span.Tag(SpanTags.StatusCode)?.Text == "OK" ? "ok" : "unset"),
        "statusMessage" => TraceQLValue.Of(span.Tag(SpanTags.StatusDescription)?.Text ?? ""),
        "spanId" => TraceQLValue.Of(span.SpanId.ToString()),
        "traceId" => TraceQLValue.Of(span.TraceId.ToString()),
        "rootName" => TraceQLValue.Of(_root.OperationName),
        "rootServiceName" => TraceQLValue.Of(_root.Process.ServiceName),
        "traceDuration" => TraceQLValue.Nanoseconds(trace.EndNanoseconds - trace.StartNanoseconds),
        "nestedSetParent" => TraceQLValue.Of(span.Parent.IsZero ? -1 : 1),
        _ => TraceQLValue.Nil,
    };

    private bool Satisfies(AggregateStage stage, HashSet<Span> spans)
    {
        if (stage.Of is not { } attribute)
            return TraceQLValue.Of(spans.Count).Satisfies(stage.Operator, stage.Limit);
        var values = spans.Select(span => Value(span, attribute)).Where(static value => value.Type is TraceQLType.Number or TraceQLType.Duration).Select(static value => value.Number).ToArray();
        if (values.Length == 0)
            return false;
        var result = stage.Function switch
        {
            "avg" => values.Average(),
            "min" => values.Min(),
            "max" => values.Max(),
            _ => values.Sum(),
        };
        return TraceQLValue.Of(result).Satisfies(stage.Operator, stage.Limit);
    }
}
