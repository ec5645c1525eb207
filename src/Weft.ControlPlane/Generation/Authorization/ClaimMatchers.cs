using Envoy.Type.Matcher.V3;

namespace Weft.ControlPlane.Generation.Authorization;

/// <summary>Conditions on the claims of a verified token.</summary>
internal static class ClaimMatchers
{
    private const string RoutingPrefix = "@request.auth.claims";

    /// <summary>A claim that holds one text.</summary>
    public static MetadataMatcher Text(string claim, StringMatcher value) => Matcher([claim], new ValueMatcher { StringMatch = value });

    /// <summary>A claim, by its path, that holds the text, alone or in a list.</summary>
    public static MetadataMatcher TextOrList(IEnumerable<string> path, StringMatcher value) => TextOrList(path, [value]);

    /// <summary>A claim, by its path, that holds one of the texts, alone or in a list.</summary>
    public static MetadataMatcher TextOrList(IEnumerable<string> path, IReadOnlyCollection<StringMatcher> values)
    {
        var text = OneOf([.. values.Select(value => new ValueMatcher { StringMatch = value })]);
        return Matcher(path, OneOf([new ValueMatcher { ListMatch = new ListMatcher { OneOf = text } }, text]));
    }

    /// <summary>One value alone, or any of several.</summary>
    public static ValueMatcher OneOf(IReadOnlyList<ValueMatcher> values) => values is [var only] ? only : new ValueMatcher { OrMatch = new OrMatcher { ValueMatchers = { values } } };

    /// <summary>The path of a claim that a route matches on, written @request.auth.claims.a.b or @request.auth.claims[a][b]; null when the name is of a header.</summary>
    public static IReadOnlyList<string>? RoutingClaim(string name)
    {
        if (!name.StartsWith(RoutingPrefix, StringComparison.OrdinalIgnoreCase) || name.Length <= RoutingPrefix.Length + 1)
        {
            return null;
        }

        var path = name[RoutingPrefix.Length..];
        return path[0] switch
        {
            '.' => path[1..].Split('.'),
            '[' => Bracketed(path),
            _ => null,
        };
    }

    /// <summary>The names of [a][b]; null when it is not of that form.</summary>
    public static IReadOnlyList<string>? Bracketed(string text) => text.Length > 2 && text[0] == '[' && text[^1] == ']' ? text[1..^1].Split("][") : null;

    private static MetadataMatcher Matcher(IEnumerable<string> path, ValueMatcher value)
    {
        var matcher = new MetadataMatcher { Filter = JwtFilter.Name, Value = value };
        matcher.Path.Add(path.Prepend(JwtFilter.Payload).Select(key => new MetadataMatcher.Types.PathSegment { Key = key }));
        return matcher;
    }
}
