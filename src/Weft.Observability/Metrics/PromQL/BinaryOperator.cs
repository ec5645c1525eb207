using System.Collections.Frozen;

namespace Weft.Observability.Metrics.PromQL;

internal enum OperatorKind
{
    Arithmetic,
    Comparison,
    Set,
}

/// <summary>
/// One row per operator: how tightly it binds, which kind it is, and what it computes. A comparison computes 1 for true, 0 for false.
/// </summary>
internal sealed record BinaryOperator(string Symbol, int Precedence, OperatorKind Kind, Func<double, double, double> Compute)
{
    public const int UnaryPrecedence = 5;

    private static readonly FrozenDictionary<string, BinaryOperator> Known = new BinaryOperator[]
    {
        new("or", 1, OperatorKind.Set, NoNumber),
        new("and", 2, OperatorKind.Set, NoNumber),
        new("unless", 2, OperatorKind.Set, NoNumber),
        new("==", 3, OperatorKind.Comparison, static (l, r) => l == r ? 1 : 0),
        new("!=", 3, OperatorKind.Comparison, static (l, r) => l != r ? 1 : 0),
        new(">", 3, OperatorKind.Comparison, static (l, r) => l > r ? 1 : 0),
        new("<", 3, OperatorKind.Comparison, static (l, r) => l < r ? 1 : 0),
        new(">=", 3, OperatorKind.Comparison, static (l, r) => l >= r ? 1 : 0),
        new("<=", 3, OperatorKind.Comparison, static (l, r) => l <= r ? 1 : 0),
        new("+", 4, OperatorKind.Arithmetic, static (l, r) => l + r),
        new("-", 4, OperatorKind.Arithmetic, static (l, r) => l - r),
        new("*", 5, OperatorKind.Arithmetic, static (l, r) => l * r),
        new("/", 5, OperatorKind.Arithmetic, static (l, r) => l / r),
        new("%", 5, OperatorKind.Arithmetic, static (l, r) => l % r),
        new("atan2", 5, OperatorKind.Arithmetic, Math.Atan2),
        new("^", 6, OperatorKind.Arithmetic, GoMath.Pow),
    }.ToFrozenDictionary(static row => row.Symbol);

    public bool IsComparison => Kind == OperatorKind.Comparison;

    public bool IsSet => Kind == OperatorKind.Set;

    /// <summary>Whether the result is another metric than the operand; atan2 is not counted in, as in Prometheus 2.42.</summary>
    public bool DropsName => Kind == OperatorKind.Arithmetic && Symbol != "atan2";

    public bool RightAssociative => Symbol == "^";

    public static BinaryOperator? Find(Token token) =>
        token.Kind == TokenKind.Operator ? Known.GetValueOrDefault(token.Text.ToLowerInvariant()) : null;

    private static double NoNumber(double left, double right) => throw new InvalidOperationException("a set operator computes no number");
}
