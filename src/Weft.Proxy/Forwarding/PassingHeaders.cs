using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Weft.Proxy.Forwarding;

/// <summary>Which headers of a message go on to the next connection: not those of the hop, nor those that its Connection header lists (RFC 9110 section 7.6.1).</summary>
internal readonly struct PassingHeaders
{
    private readonly string[]? _listed;

    private PassingHeaders(string[]? listed) => _listed = listed;

    /// <param name="connection">The message's Connection header, all values.</param>
    public static PassingHeaders Of(StringValues connection) =>
        connection.Count == 0 || connection.ToString() is not { Length: > 0 } text
            || text.Equals("keep-alive", StringComparison.OrdinalIgnoreCase) || text.Equals("close", StringComparison.OrdinalIgnoreCase)
            ? default
            : new PassingHeaders(text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Of a request; Host is left to the request's authority.</summary>
    public static PassingHeaders Of(IHeaderDictionary headers) => Of(headers.Connection);

    public bool Includes(string name) =>
        !HttpHeaderRules.IsHopByHop(name) && (_listed is null || !_listed.Contains(name, StringComparer.OrdinalIgnoreCase));
}
