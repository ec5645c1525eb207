using System.Collections.Immutable;
using Envoy.Extensions.Filters.Http.JwtAuthn.V3;
using Weft.Proxy.Forwarding;

namespace Weft.Proxy.Filters.Jwt;

/// <summary>A token as it was found, and how to take it off the request.</summary>
internal readonly record struct FoundToken(string Text, Action<HttpExchange> Remove);

/// <summary>Where a provider's tokens are: headers, query parameters, cookies; by default <c>Authorization: Bearer</c> and <c>access_token</c>.</summary>
internal sealed class TokenLocations
{
    private readonly ImmutableArray<(string Name, string Prefix)> _headers;
    private readonly ImmutableArray<string> _parameters;
    private readonly ImmutableArray<string> _cookies;

    private TokenLocations(ImmutableArray<(string, string)> headers, ImmutableArray<string> parameters, ImmutableArray<string> cookies) =>
        (_headers, _parameters, _cookies) = (headers, parameters, cookies);

    public static TokenLocations Compile(JwtProvider config) =>
        config.FromHeaders.Count + config.FromParams.Count + config.FromCookies.Count == 0
            ? new TokenLocations([("authorization", "Bearer ")], ["access_token"], [])
            : new TokenLocations(
                [.. config.FromHeaders.Select(header => (header.Name.ToLowerInvariant(), header.ValuePrefix))], [.. config.FromParams], [.. config.FromCookies]);

    public List<FoundToken> Find(HttpExchange exchange)
    {
        var found = new List<FoundToken>();
        foreach (var (name, prefix) in _headers)
        {
            if (exchange.RequestHeaders.TryGetValue(name, out var values))
            {
                found.AddRange(values.OfType<string>().Select(value => AfterPrefix(value, prefix)).OfType<string>().Select(text => new FoundToken(text, request => request.RequestHeaders.Remove(name))));
            }
        }

        foreach (var name in _parameters)
        {
            if (exchange.Query.TryGetValue(name, out var values) && values[0] is { Length: > 0 } text)
            {
                found.Add(new FoundToken(text, request => request.Path = WithoutParameter(request.Path, name)));
            }
        }

        foreach (var name in _cookies)
        {
            if (RequestCookies.Find(exchange.RequestHeaders, name) is { Length: > 0 } text)
            {
                found.Add(new FoundToken(text, static _ => { }));
            }
        }

        return found;
    }

    // The prefix may stand anywhere in the value; the token ends where characters of tokens end.
    private static string? AfterPrefix(string value, string prefix)
    {
        var start = prefix.Length == 0 ? 0 : value.IndexOf(prefix, StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }

        var rest = value.AsSpan(start + prefix.Length).TrimStart();
        var end = prefix.Length == 0 ? -1 : rest.IndexOfAny(' ', ',', ';');
        return (end < 0 ? rest : rest[..end]).Trim().ToString() is { Length: > 0 } token ? token : prefix.Length > 0 ? "" : null;
    }

    private static string WithoutParameter(string path, string name)
    {
        var mark = path.IndexOf('?');
        if (mark < 0)
        {
            return path;
        }

        var kept = path[(mark + 1)..].Split('&').Where(part => part.Split('=', 2)[0] != name).ToList();
        return kept.Count == 0 ? path[..mark] : $"{path[..mark]}?{string.Join('&', kept)}";
    }
}
