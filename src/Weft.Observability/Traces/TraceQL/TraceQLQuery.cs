using System.Collections.Immutable;

namespace Weft.Observability.Traces.TraceQL;

/// <summary>A query: which spans of a trace are wanted, then stages that look at them.</summary>
internal sealed record TraceQLQuery(SpansetExpression Spans, ImmutableArray<Stage> Stages)
{
    /// <summary>The attributes that <c>select()</c> asks for beside those that the conditions name.</summary>
    public IEnumerable<AttributeName> Selected => Stages.OfType<SelectStage>().SelectMany(static stage => stage.Attributes);
}

/// <summary>Spans by a condition, or by a relation between two such sets.</summary>
internal abstract record SpansetExpression;

/// <summary><c>{ condition }</c>; all spans when there is none.</summary>
internal sealed record SpanFilter(FieldExpression? Condition) : SpansetExpression;

internal enum SpansetOperator
{
    And,
    Or,
    Child,
    Descendant,
    Parent,
    Ancestor,
    Sibling,
}

internal sealed record SpansetOperation(SpansetOperator Operator, SpansetExpression Left, SpansetExpression Right) : SpansetExpression;

/// <summary>A condition on one span.</summary>
internal abstract record FieldExpression;

internal sealed record AndExpression(FieldExpression Left, FieldExpression Right) : FieldExpression;

internal sealed record OrExpression(FieldExpression Left, FieldExpression Right) : FieldExpression;

internal sealed record NotExpression(FieldExpression Operand) : FieldExpression;

/// <summary>An attribute alone: true when it is the boolean true.</summary>
internal sealed record TruthExpression(Operand Operand) : FieldExpression;

internal sealed record Comparison(Operand Left, ComparisonOperator Operator, Operand Right) : FieldExpression;

internal enum ComparisonOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Match,
    NotMatch,
}

/// <summary>One side of a comparison.</summary>
internal abstract record Operand;

internal sealed record AttributeOperand(AttributeName Name) : Operand;

internal sealed record LiteralOperand(TraceQLValue Value) : Operand;

internal enum AttributeScope
{
    /// <summary>A leading dot: the span's attribute, else the resource's.</summary>
    Either,
    Span,
    Resource,

    /// <summary>A field of the span or trace itself, as <c>name</c> and <c>duration</c>.</summary>
    Intrinsic,
}

internal readonly record struct AttributeName(AttributeScope Scope, string Name);

internal abstract record Stage;

internal sealed record SelectStage(ImmutableArray<AttributeName> Attributes) : Stage;

/// <summary><c>count() > 2</c>, <c>avg(duration) > 1s</c>: keeps the trace when the aggregate over its matched spans satisfies it.</summary>
internal sealed record AggregateStage(string Function, AttributeName? Of, ComparisonOperator Operator, TraceQLValue Limit) : Stage;

/// <summary><c>coalesce()</c>: no change here, since the matched spans of a trace are one set already.</summary>
internal sealed record CoalesceStage : Stage;
