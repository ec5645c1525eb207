using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Weft.Proxy.Forwarding;

/// <summary>The request that goes upstream: the downstream's, as filters and route left it.</summary>
internal static class UpstreamRequest
{
    public static OutgoingRequest Of(HttpExchange exchange, bool isHttp2)
    {
        var upgrade = isHttp2 ? null : UpgradeType(exchange);
        return new OutgoingRequest
        {
            Method = exchange.Method,
            Path = exchange.Path,
            Authority = exchange.Authority,
            Headers = exchange.RequestHeaders,
            Body = upgrade is null ? exchange.RequestBody : null,
            Upgrade = upgrade,
        };
    }

    public static bool HasBody(HttpContext http) => http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? false;

    private static string? UpgradeType(HttpExchange exchange)
    {
        var upgrade = exchange.RequestHeaders.Upgrade.ToString();
        return upgrade.Length > 0
            && exchange.Http.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true
            && exchange.AllowsUpgrade(upgrade)
            ? upgrade
            : null;
    }
}
