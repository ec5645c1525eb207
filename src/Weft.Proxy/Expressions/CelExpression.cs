using Weft.Proxy.Formatting;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Expressions;

/// <summary>
/// A CEL expression over Envoy's attributes, compiled: literals, selection, indexing, comparison, arithmetic, logic, the conditional,
/// <c>in</c>, <c>has</c>, <c>size</c>, <c>int</c>, <c>double</c>, <c>string</c> and the methods of strings. No macros over lists.
/// An absent attribute or a type error makes a value absent; logic takes it as CEL takes errors.
/// </summary>
internal sealed class CelExpression
{
    private readonly CelNode _root;

    private CelExpression(CelNode root) => _root = root;

    /// <exception cref="ResourceRejectedException">Not an expression, or one that uses what this proxy does not have.</exception>
    public static CelExpression Compile(string source) => new(new CelParser(source).Parse());

    /// <summary>Whether it holds; false when it has no value.</summary>
    public bool Holds(IStreamInfo stream) => _root(stream) is true;

    /// <summary>Its value as text; null when it has none.</summary>
    public string? Text(IStreamInfo stream) => CelValue.Text(_root(stream));
}

/// <summary>A value: bool, double, string, a list or a map; null is absent.</summary>
internal delegate object? CelNode(IStreamInfo stream);

/// <summary>A constant of the source; known to those who can do work on it once.</summary>
internal sealed class CelLiteral(object? value)
{
    public object? Value => value;

    public object? Evaluate(IStreamInfo stream) => value;
}
