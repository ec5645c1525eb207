using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Routing;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Expressions;

/// <summary>The functions and methods of CEL that this proxy has.</summary>
internal static class CelFunctions
{
    /// <exception cref="ResourceRejectedException">Not a function, or not with so many arguments.</exception>
    public static CelNode Global(string name, List<CelNode> arguments, string source) => (name, arguments) switch
    {
        ("has", [var argument]) => stream => argument(stream) is not null,
        ("size", [var argument]) => stream => Size(argument(stream)),
        ("string", [var argument]) => stream => CelValue.Text(argument(stream)),
        ("int" or "uint", [var argument]) => stream => CelValue.Number(argument(stream)) is { } number ? Math.Truncate(number) : null,
        ("double", [var argument]) => stream => CelValue.Number(argument(stream)),
        _ => throw new ResourceRejectedException($"expression '{source}': function {name} with {arguments.Count} arguments is not supported"),
    };

    /// <exception cref="ResourceRejectedException">Not a method, or not with so many arguments.</exception>
    public static CelNode Method(string name, CelNode target, List<CelNode> arguments, string source) => (name, arguments) switch
    {
        ("contains", [var text]) => OfTexts(target, text, static (whole, part) => whole.Contains(part, StringComparison.Ordinal)),
        ("startsWith", [var text]) => OfTexts(target, text, static (whole, part) => whole.StartsWith(part, StringComparison.Ordinal)),
        ("endsWith", [var text]) => OfTexts(target, text, static (whole, part) => whole.EndsWith(part, StringComparison.Ordinal)),
        ("matches", [var pattern]) => Matches(target, pattern),
        ("size", []) => stream => Size(target(stream)),
        ("lowerAscii", []) => stream => (target(stream) as string)?.ToLowerInvariant(),
        ("upperAscii", []) => stream => (target(stream) as string)?.ToUpperInvariant(),
        _ => throw new ResourceRejectedException($"expression '{source}': method {name} with {arguments.Count} arguments is not supported"),
    };

    private static CelNode OfTexts(CelNode target, CelNode argument, Func<string, string, bool> holds) =>
        stream => target(stream) is string whole && argument(stream) is string part ? holds(whole, part) : null;

    // A pattern that no request decides is compiled once; RE2 looks for a match anywhere in the text.
    private static CelNode Matches(CelNode target, CelNode pattern)
    {
        if (pattern.Target is not CelLiteral { Value: string literal })
        {
            throw new ResourceRejectedException("matches() takes a literal pattern");
        }

        var regex = StringMatcher.FromRegex($"(?s:.*)(?:{literal})(?s:.*)");
        return stream => target(stream) is string text ? regex.Matches(text) : null;
    }

    private static object? Size(object? value) => value switch
    {
        string text => (double)text.Length,
        List<object?> list => (double)list.Count,
        Struct fields => (double)fields.Fields.Count,
        _ => null,
    };
}
