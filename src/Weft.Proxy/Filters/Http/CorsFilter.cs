using Microsoft.AspNetCore.Http;
using Weft.Proxy.Forwarding;

namespace Weft.Proxy.Filters.Http;

/// <summary>
/// envoy.filters.http.cors: answers the preflights of origins that the route allows, and marks the responses to their requests.
/// Without a policy on the route it does nothing.
/// </summary>
internal sealed class CorsFilter : HttpFilter
{
    public const string Name = "envoy.filters.http.cors";

    public override ValueTask<FilterVerdict> OnRequestAsync(HttpExchange exchange)
    {
        var origin = exchange.RequestHeaders.Origin.ToString();
        return origin.Length == 0 || exchange.Route?.Filters.Cors is not { } policy || policy.Enabled?.Includes(Random.Shared.NextDouble()) == false
            ? ValueTask.FromResult(FilterVerdict.Continue)
            : JudgeAsync(exchange, policy, origin);
    }

    public override void OnResponse(HttpExchange exchange)
    {
        if (exchange.CorsOrigin is not { } origin || exchange.Route?.Filters.Cors is not { } policy)
        {
            return;
        }

        var headers = exchange.ResponseHeaders;
        headers.AccessControlAllowOrigin = origin;
        if (policy.AllowsCredentials)
        {
            headers.AccessControlAllowCredentials = "true";
        }

        if (policy.ExposedHeaders is { } exposed)
        {
            headers.AccessControlExposeHeaders = exposed;
        }
    }

    public static bool IsPreflight(HttpExchange exchange) =>
        HttpMethods.IsOptions(exchange.Method) && exchange.RequestHeaders.Origin.Count > 0 && exchange.RequestHeaders.AccessControlRequestMethod.ToString().Length > 0;

    private static async ValueTask<FilterVerdict> JudgeAsync(HttpExchange exchange, CorsPolicyModel policy, string origin)
    {
        var isPreflight = IsPreflight(exchange);
        if (!policy.Allows(origin))
        {
            if (!isPreflight || policy.ForwardsUnmatchedPreflights)
            {
                return FilterVerdict.Continue;
            }

            await LocalReply.SendAsync(exchange, StatusCodes.Status200OK, "", ResponseFlags.None, "cors_response");
            return FilterVerdict.Answered;
        }

        exchange.CorsOrigin = origin;
        if (!isPreflight)
        {
            return FilterVerdict.Continue;
        }

        exchange.LocalReplyHeaders = Permission(exchange, policy);
        await LocalReply.SendAsync(exchange, StatusCodes.Status200OK, "", ResponseFlags.None, "cors_response");
        return FilterVerdict.Answered;
    }

    private static List<KeyValuePair<string, string>> Permission(HttpExchange exchange, CorsPolicyModel policy)
    {
        var headers = new List<KeyValuePair<string, string>>(4);
        Add("access-control-allow-methods", policy.Methods);
        Add("access-control-allow-headers", policy.Headers);
        Add("access-control-max-age", policy.MaxAge);
        if (policy.AllowsPrivateNetwork && exchange.RequestHeader("access-control-request-private-network") == "true")
        {
            Add("access-control-allow-private-network", "true");
        }

        return headers;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                headers.Add(new(name, value));
            }
        }
    }
}
