using Weft.Proxy.Routing;

namespace Weft.Proxy.Forwarding;

/// <summary>Answers with the location that a route's redirect names.</summary>
internal static class Redirects
{
    public static Task SendAsync(HttpExchange exchange, RedirectAction action)
    {
        exchange.LocalReplyHeaders = [new("location", Location(exchange, action))];
        return LocalReply.SendAsync(exchange, action.Status, "", ResponseFlags.None, "direct_response");
    }

    /// <summary>Sends a client that came in plaintext to https (require_tls of its virtual host).</summary>
    public static Task ToTlsAsync(HttpExchange exchange)
    {
        exchange.LocalReplyHeaders = [new("location", $"https://{RouteTable.WithoutPort(exchange.Authority)}{exchange.Path}")];
        return LocalReply.SendAsync(exchange, 301, "", ResponseFlags.None, "direct_response");
    }

    private static string Location(HttpExchange exchange, RedirectAction action)
    {
        var scheme = action.Scheme ?? exchange.RequestHeader(HttpHeaderRules.ForwardedProto) ?? "http";
        var host = action.Host ?? RouteTable.WithoutPort(exchange.Authority);
        var port = action.Port > 0 ? $":{action.Port}" : action.Host is null && action.Scheme is null ? exchange.Authority[host.Length..] : "";
        return $"{scheme}://{host}{port}{Path(exchange, action)}";
    }

    private static string Path(HttpExchange exchange, RedirectAction action)
    {
        var mark = exchange.Path.IndexOf('?');
        var query = mark < 0 || action.StripsQuery ? "" : exchange.Path[mark..];
        var path = mark < 0 ? exchange.Path : exchange.Path[..mark];
        if (action.Path is { } whole)
        {
            return whole.Contains('?', StringComparison.Ordinal) ? whole : whole + query;
        }

        if (action.RegexRewrite is { } regex)
        {
            return regex.Apply(path) + query;
        }

        return action.PrefixRewrite is { } prefix ? prefix + path[exchange.Route!.Match.MatchedLength(path)..] + query : path + query;
    }
}
