using Weft.Proxy.Routing;

namespace Weft.Proxy.Forwarding;

/// <summary>Answers with the location that a route's redirect names.</summary>
internal static class Redirects
{
    public static Task SendAsync(HttpExchange exchange, RedirectAction action)
    {
        exchange.RedirectLocation = Location(exchange, action);
        return LocalReply.SendAsync(exchange, action.Status, "", ResponseFlags.None, "direct_response");
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

        return action.PrefixRewrite is { } prefix ? prefix + path[exchange.Route!.Match.MatchedLength(path)..] + query : path + query;
    }
}
