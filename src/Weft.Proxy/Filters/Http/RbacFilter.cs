using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Filters.Rbac;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Subscriptions;
using HttpRbac = Envoy.Extensions.Filters.Http.Rbac.V3.RBAC;

namespace Weft.Proxy.Filters.Http;

/// <summary>envoy.filters.http.rbac: refuses requests that the rules do not let pass. Shadow rules (dry run) are not evaluated.</summary>
internal sealed class RbacFilter(RbacRules rules) : HttpFilter
{
    /// <returns>Null when nothing is enforced.</returns>
    /// <exception cref="ResourceRejectedException">No RBAC configuration, or one that this proxy cannot judge.</exception>
    public static RbacFilter? Create(Any? config)
    {
        if (config is null || !config.Is(HttpRbac.Descriptor))
        {
            throw new ResourceRejectedException($"HTTP filter envoy.filters.http.rbac with {config?.TypeUrl ?? "no"} configuration is not supported");
        }

        var rbac = HttpRbac.Parser.ParseFrom(config.Value);
        if (rbac.Matcher is not null)
        {
            throw new ResourceRejectedException("RBAC with a matcher is not supported");
        }

        return rbac.Rules is null ? null : new RbacFilter(new RbacRules(rbac.Rules));
    }

    public override async ValueTask<FilterVerdict> OnRequestAsync(HttpExchange exchange)
    {
        var verdict = rules.Judge(new RbacSubject(exchange.Connection, exchange));
        if (verdict.IsAllowed)
        {
            return FilterVerdict.Continue;
        }

        await LocalReply.SendAsync(exchange, 403, "RBAC: access denied", ResponseFlags.None, verdict.Details);
        return FilterVerdict.Answered;
    }
}
