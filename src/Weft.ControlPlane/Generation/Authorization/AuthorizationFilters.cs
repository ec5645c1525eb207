using Envoy.Config.Listener.V3;
using Envoy.Config.Rbac.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Weft.Istio.Effective;
using Weft.Istio.Security;
using HttpRbac = Envoy.Extensions.Filters.Http.Rbac.V3.RBAC;
using NetworkRbac = Envoy.Extensions.Filters.Network.Rbac.V3.RBAC;

namespace Weft.ControlPlane.Generation.Authorization;

/// <summary>
/// The workload's AuthorizationPolicies as RBAC filters: audit, then deny, then allow. A CUSTOM policy denies what it matches: external authorizers
/// are not connected, and Istio does the same when a provider cannot be reached.
/// </summary>
internal static class AuthorizationFilters
{
    private const string HttpFilterName = "envoy.filters.http.rbac";
    private const string NetworkFilterName = "envoy.filters.network.rbac";
    private const string AllowShadowPrefix = "istio_dry_run_allow_";
    private const string DenyShadowPrefix = "istio_dry_run_deny_";

    public static IEnumerable<HttpFilter> Http(ProxyView view) => Sets(view, isHttp: true).Select(set => new HttpFilter
    {
        Name = HttpFilterName,
        TypedConfig = new HttpRbac { Rules = set.Enforced, ShadowRules = set.Shadow, ShadowRulesStatPrefix = set.ShadowPrefix }.Pack(),
    });

    public static IEnumerable<Filter> Network(ProxyView view) => Sets(view, isHttp: false).Select(set => new Filter
    {
        Name = NetworkFilterName,
        TypedConfig = new NetworkRbac { Rules = set.Enforced, ShadowRules = set.Shadow, ShadowRulesStatPrefix = set.ShadowPrefix, StatPrefix = "tcp." }.Pack(),
    });

    private static IEnumerable<RuleSet> Sets(ProxyView view, bool isHttp)
    {
        var translation = new PolicyTranslation(view.Mesh, isHttp);
        (RBAC.Types.Action Action, IReadOnlyList<AuthorizationPolicy> Policies)[] groups =
        [
            (RBAC.Types.Action.Deny, view.Policies.Custom),
            (RBAC.Types.Action.Log, view.Policies.Audit),
            (RBAC.Types.Action.Deny, view.Policies.Deny),
            (RBAC.Types.Action.Allow, view.Policies.Allow),
        ];
        foreach (var (action, policies) in groups.Where(group => group.Policies.Count > 0))
        {
            yield return Set(translation, action, policies);
        }
    }

    private static RuleSet Set(PolicyTranslation translation, RBAC.Types.Action action, IReadOnlyList<AuthorizationPolicy> policies)
    {
        var enforced = policies.Where(policy => !EffectivePolicies.IsDryRun(policy)).ToList();
        var dryRun = policies.Where(EffectivePolicies.IsDryRun).ToList();
        return new RuleSet(
            enforced.Count > 0 ? Rules(translation, action, enforced) : null,
            dryRun.Count > 0 ? Rules(translation, action, dryRun) : null,
            dryRun.Count > 0 && action == RBAC.Types.Action.Deny ? DenyShadowPrefix : AllowShadowPrefix);
    }

    private static RBAC Rules(PolicyTranslation translation, RBAC.Types.Action action, List<AuthorizationPolicy> policies)
    {
        var rules = new RBAC { Action = action };
        foreach (var (name, policy) in policies.SelectMany(policy => translation.Translate(policy, action)))
        {
            rules.Policies[name] = policy;
        }

        return rules;
    }

    private sealed record RuleSet(RBAC? Enforced, RBAC? Shadow, string ShadowPrefix);
}
