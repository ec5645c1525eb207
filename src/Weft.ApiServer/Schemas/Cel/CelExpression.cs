namespace Weft.ApiServer.Schemas.Cel;

/// <summary>A node of a parsed expression. Position is the offset of its operator or first character in the text.</summary>
internal abstract record CelExpression(int Position);

internal sealed record CelLiteral(object? Value, int Position) : CelExpression(Position);

internal sealed record CelIdentifier(string Name, int Position) : CelExpression(Position);

/// <summary>`operand.field`, `operand.?field`, or with <paramref name="Test"/> the macro `has(operand.field)`.</summary>
internal sealed record CelSelect(CelExpression Operand, string Field, bool Test, bool Optional, int Position) : CelExpression(Position);

internal sealed record CelIndex(CelExpression Operand, CelExpression Index, bool Optional, int Position) : CelExpression(Position);

/// <summary>A function (no target), a member function, or an operator under CEL's name (`_+_`).</summary>
internal sealed record CelCall(string Function, CelExpression? Target, IReadOnlyList<CelExpression> Arguments, int Position) : CelExpression(Position);

internal sealed record CelListLiteral(IReadOnlyList<CelExpression> Items, int Position) : CelExpression(Position);

internal sealed record CelMapLiteral(IReadOnlyList<(CelExpression Key, CelExpression Value)> Entries, int Position) : CelExpression(Position);

internal sealed record CelConditional(CelExpression Condition, CelExpression WhenTrue, CelExpression WhenFalse, int Position) : CelExpression(Position);

/// <summary>`&amp;&amp;` or `||`: an error on one side is forgiven when the other side decides.</summary>
internal sealed record CelLogical(bool And, CelExpression Left, CelExpression Right, int Position) : CelExpression(Position);

internal enum CelMacro
{
    All,
    Exists,
    ExistsOne,
    Filter,
    Map,
    TransformList,
    TransformMap,
}

/// <summary>A macro over a list or the keys of a map; with a second variable it runs over index and item, or key and value.</summary>
internal sealed record CelComprehension(CelMacro Macro, CelExpression Range, string Variable, string? Second, CelExpression? Predicate, CelExpression? Transform, int Position)
    : CelExpression(Position);

/// <summary>`optional.optMap(variable, transform)` and optFlatMap.</summary>
internal sealed record CelOptionalMap(CelExpression Operand, string Variable, CelExpression Transform, bool Flat, int Position) : CelExpression(Position);
