using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Filters.Rbac;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Subscriptions;
using HttpRbac = Envoy.Extensions.Filters.Http.Rbac.V3.RBAC;

namespace Weft.Proxy.Filters.Http;

/// <summary>
/// envoy.filters.http.rbac: refuses requests that the rules do not let pass. Shadow rules are judged first and only tell what they would have done,
/// in dynamic metadata (for access logs, spans and ext_authz) and statistics.
/// </summary>
internal sealed class RbacFilter(RbacPolicySet rules) : HttpFilter
{
    public const string Name = "envoy.filters.http.rbac";

    /// <exception cref="ResourceRejectedException">No RBAC configuration, or one that this proxy cannot judge.</exception>
    public static HttpFilter Create(Any? config, HttpFilterScope scope)
    {
        if (config is null || !config.Is(HttpRbac.Descriptor))
        {
            throw new ResourceRejectedException($"HTTP filter {Name} with {config?.TypeUrl ?? "no"} configuration is not supported");
        }

        var rbac = HttpRbac.Parser.ParseFrom(config.Value);
        return rbac.Matcher is null && rbac.ShadowMatcher is null
            ? new RbacFilter(new RbacPolicySet(Name, $"http_{scope.StatPrefix}", rbac.Rules, rbac.RulesStatPrefix, rbac.ShadowRules, rbac.ShadowRulesStatPrefix))
            : throw new ResourceRejectedException("RBAC with a matcher is not supported");
    }

    public override ValueTask<FilterVerdict> OnRequestAsync(HttpExchange exchange)
    {
        var verdict = rules.Judge(new RbacSubject(exchange.Connection, exchange), exchange.Proxy.Stats.Rbac, rules.TellsMetadata ? exchange.WritableMetadata : null);
        return verdict.IsAllowed ? ValueTask.FromResult(FilterVerdict.Continue) : RefuseAsync(exchange, verdict);
    }

    private static async ValueTask<FilterVerdict> RefuseAsync(HttpExchange exchange, RbacVerdict verdict)
    {
        await LocalReply.SendAsync(exchange, 403, "RBAC: access denied", ResponseFlags.None, verdict.Details);
        return FilterVerdict.Answered;
    }
}
