using System.Collections.Immutable;

namespace Weft.Observability.Metrics.PromQL;

internal enum ExpressionType
{
    Scalar,
    Vector,
    Matrix,
    String,
}

/// <summary>A node of a parsed query. <see cref="Start"/> is where it begins in the text.</summary>
internal abstract record Expression(int Start)
{
    public abstract ExpressionType Type { get; }
}

internal sealed record NumberLiteral(int Start, double Value) : Expression(Start)
{
    public override ExpressionType Type => ExpressionType.Scalar;
}

internal sealed record TextLiteral(int Start, string Value) : Expression(Start)
{
    public override ExpressionType Type => ExpressionType.String;
}

internal sealed record Parenthesized(int Start, Expression Inner) : Expression(Start)
{
    public override ExpressionType Type { get; } = Inner.Type;
}

internal sealed record Negation(int Start, bool Negative, Expression Inner) : Expression(Start)
{
    public override ExpressionType Type { get; } = Inner.Type;
}

/// <summary>To which time a selector or subquery looks instead of the time of evaluation.</summary>
internal enum TimeAnchor
{
    None,
    Fixed,
    QueryStart,
    QueryEnd,
}

/// <summary>The modifiers <c>offset</c> and <c>@</c>; times in milliseconds.</summary>
internal readonly record struct TimeShift(long Offset, TimeAnchor Anchor, long FixedTime);

internal sealed record VectorSelector(int Start, string Name, ImmutableArray<LabelMatcher> Matchers, TimeShift Shift, bool OffsetGiven) : Expression(Start)
{
    public override ExpressionType Type => ExpressionType.Vector;
}

internal sealed record MatrixSelector(int Start, VectorSelector Selector, long Window) : Expression(Start)
{
    public override ExpressionType Type => ExpressionType.Matrix;
}

/// <summary>An expression evaluated at a grid of times within a window; a <see cref="Step"/> of 0 means the default.</summary>
internal sealed record Subquery(int Start, Expression Inner, long Window, long Step, TimeShift Shift, bool OffsetGiven) : Expression(Start)
{
    public override ExpressionType Type => ExpressionType.Matrix;
}

internal sealed record Call(int Start, PromQLFunction Function, ImmutableArray<Expression> Arguments) : Expression(Start)
{
    public override ExpressionType Type => Function.Result;
}

internal sealed record Aggregation(int Start, string Operation, Expression? Parameter, Expression Inner, bool Without, ImmutableArray<string> Grouping) : Expression(Start)
{
    public override ExpressionType Type => ExpressionType.Vector;
}

internal enum MatchCardinality
{
    OneToOne,
    ManyToOne,
    OneToMany,
}

/// <summary>How series of both sides find each other: <c>on</c> or <c>ignoring</c>, <c>group_left</c> or <c>group_right</c>.</summary>
internal sealed record VectorMatching(MatchCardinality Cardinality, bool On, ImmutableArray<string> Labels, ImmutableArray<string> Include)
{
    public static VectorMatching Default { get; } = new(MatchCardinality.OneToOne, false, [], []);
}

internal sealed record BinaryOperation(int Start, int OperatorStart, BinaryOperator Operator, Expression Left, Expression Right, bool ReturnBool, VectorMatching Matching) : Expression(Start)
{
    // Computed once: a chain of operators is deep.
    public override ExpressionType Type { get; } =
        Left.Type == ExpressionType.Scalar && Right.Type == ExpressionType.Scalar ? ExpressionType.Scalar : ExpressionType.Vector;
}
