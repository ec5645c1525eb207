using Envoy.Config.Listener.V3;
using Envoy.Config.Rbac.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Weft.Istio.Effective;
using Weft.Istio.Security;
using HttpRbac = Envoy.Extensions.Filters.Http.Rbac.V3.RBAC;
using NetworkRbac = Envoy.Extensions.Filters.Network.Rbac.V3.RBAC;

namespace Weft.ControlPlane.Generation.Authorization;

/// <summary>
/// Who may call a workload: the external authorizer of CUSTOM policies first, then tokens, then AuthorizationPolicies as RBAC filters: audit, deny, allow.
/// </summary>
internal static class AuthorizationFilters
{
    private const string HttpFilterName = "envoy.filters.http.rbac";
    private const string NetworkFilterName = "envoy.filters.network.rbac";
    private const string AllowShadowPrefix = "istio_dry_run_allow_";
    private const string DenyShadowPrefix = "istio_dry_run_deny_";

    /// <summary>Policies whose authorizer cannot be asked deny what they match.</summary>
    private const string BadProviderSuffix = "-deny-due-to-bad-CUSTOM-action";

    public static IEnumerable<HttpFilter> Http(ProxyView view)
    {
        if (Custom(view, isHttp: true) is { } custom)
        {
            yield return Http(custom.Rules);
            if (custom.Authorizer is { } authorizer)
            {
                yield return authorizer.Http(HttpFilterName);
            }
        }

        foreach (var filter in JwtFilter.Of(view))
        {
            yield return filter;
        }

        foreach (var set in Sets(view, isHttp: true))
        {
            yield return Http(set);
        }
    }

    public static IEnumerable<Filter> Network(ProxyView view)
    {
        if (Custom(view, isHttp: false) is { } custom)
        {
            if (custom.Authorizer is null)
            {
                yield return Network(custom.Rules);
            }
            else if (custom.Authorizer.Network(NetworkFilterName) is { } authorizer)
            {
                yield return Network(custom.Rules);
                yield return authorizer;
            }
        }

        foreach (var set in Sets(view, isHttp: false))
        {
            yield return Network(set);
        }
    }

    private static HttpFilter Http(RuleSet set) => new()
    {
        Name = HttpFilterName,
        TypedConfig = new HttpRbac { Rules = set.Enforced, ShadowRules = set.Shadow, ShadowRulesStatPrefix = set.ShadowPrefix }.Pack(),
    };

    private static Filter Network(RuleSet set) => new()
    {
        Name = NetworkFilterName,
        TypedConfig = new NetworkRbac { Rules = set.Enforced, ShadowRules = set.Shadow, ShadowRulesStatPrefix = set.ShadowPrefix, StatPrefix = "tcp." }.Pack(),
    };

    /// <summary>The rules whose matches are asked about, and whom; without anyone to ask, or with more than one, the rules deny.</summary>
    private static CustomRules? Custom(ProxyView view, bool isHttp)
    {
        var policies = view.Policies.Custom.Where(policy => !EffectivePolicies.IsDryRun(policy)).ToList();
        if (policies.Count == 0)
        {
            return null;
        }

        var rules = new RBAC { Action = RBAC.Types.Action.Deny };
        var translation = new PolicyTranslation(view.Mesh, isHttp);
        foreach (var policy in policies)
        {
            foreach (var (name, translated) in translation.Translate(policy, RBAC.Types.Action.Deny))
            {
                rules.Policies[$"{ExternalAuthorization.PrefixOf(policy.Spec.Provider?.Name ?? "")}-{name}"] = translated;
            }
        }

        var providers = policies.Select(policy => policy.Spec.Provider?.Name ?? "").Distinct().ToList();
        if (providers is [var only] && ExternalAuthorization.For(view, only) is { } authorizer)
        {
            return new CustomRules(new RuleSet(null, rules, ExternalAuthorization.ShadowPrefix), authorizer);
        }

        var denied = new RBAC { Action = RBAC.Types.Action.Deny };
        foreach (var (name, policy) in rules.Policies)
        {
            denied.Policies[name + BadProviderSuffix] = policy;
        }

        return new CustomRules(new RuleSet(denied, null, ""), null);
    }

    private static IEnumerable<RuleSet> Sets(ProxyView view, bool isHttp)
    {
        var translation = new PolicyTranslation(view.Mesh, isHttp);
        (RBAC.Types.Action Action, IReadOnlyList<AuthorizationPolicy> Policies)[] groups =
        [
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
            dryRun.Count == 0 ? AllowShadowPrefix : action switch { RBAC.Types.Action.Allow => AllowShadowPrefix, RBAC.Types.Action.Deny => DenyShadowPrefix, _ => "" });
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

    private sealed record CustomRules(RuleSet Rules, ExternalAuthorization? Authorizer);
}
