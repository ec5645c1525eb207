using System.Globalization;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Routing;

namespace Weft.Proxy.Forwarding;

/// <summary>The header operations of weighted cluster, route, virtual host and route configuration, in Envoy's order: the most specific first.</summary>
internal static class RouteHeaders
{
    public static void ApplyToRequest(HttpExchange exchange)
    {
        var headers = exchange.RequestHeaders;
        exchange.ChosenCluster?.Headers.Apply(headers, exchange);
        exchange.Route!.RequestHeaders.Apply(headers, exchange);
        exchange.VirtualHost!.RequestHeaders.Apply(headers, exchange);
        exchange.Routes!.RequestHeaders.Apply(headers, exchange);
    }

    public static void ApplyToResponse(HttpExchange exchange)
    {
        var headers = exchange.ResponseHeaders;
        exchange.ChosenCluster?.ResponseHeaders.Apply(headers, exchange);
        exchange.Route!.ResponseHeaders.Apply(headers, exchange);
        exchange.VirtualHost!.ResponseHeaders.Apply(headers, exchange);
        exchange.Routes!.ResponseHeaders.Apply(headers, exchange);
        if (exchange.VirtualHost.TellsAttemptCount)
        {
            headers[HttpHeaderRules.AttemptCount] = exchange.Attempts.ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>What filters ask to be on the response, whoever made it.</summary>
    public static void ApplyAdded(HttpExchange exchange)
    {
        if (exchange.ResponseCookie is { } cookie)
        {
            exchange.ResponseHeaders.Append("set-cookie", cookie);
        }

        if (exchange.AddedResponseHeaders is { } added)
        {
            foreach (var header in added)
            {
                HeaderAddition.Apply(exchange.ResponseHeaders, header.Name, header.Value, header.Action, keepsEmpty: true);
            }
        }
    }
}
