using Envoy.Config.Rbac.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Formatting;
using Weft.Proxy.Stats;

namespace Weft.Proxy.Filters.Rbac;

/// <summary>What one RBAC filter enforces and what it only tries out (shadow rules), with the metadata and statistics that tell of both.</summary>
internal sealed class RbacPolicySet
{
    private readonly string _filter;
    private readonly string _statPrefix;
    private readonly string _rulesPrefix;
    private readonly string _shadowPrefix;
    private readonly RbacRules? _rules;
    private readonly RbacRules? _shadow;

    /// <param name="filter">The name under which metadata is left.</param>
    /// <param name="statPrefix">Of the statistics, e.g. <c>http_inbound_0.0.0.0_8080;</c>.</param>
    /// <exception cref="Subscriptions.ResourceRejectedException">A condition that this proxy cannot judge.</exception>
    public RbacPolicySet(string filter, string statPrefix, RBAC? rules, string rulesPrefix, RBAC? shadow, string shadowPrefix)
    {
        _filter = filter;
        _statPrefix = statPrefix;
        _rulesPrefix = rulesPrefix;
        _shadowPrefix = shadowPrefix;
        _rules = rules is null ? null : new RbacRules(rules);
        _shadow = shadow is null ? null : new RbacRules(shadow);
    }

    /// <summary>Whether judging leaves metadata.</summary>
    public bool TellsMetadata => _shadow is not null || _rules is { IsLog: true } || _rulesPrefix.Length > 0;

    /// <param name="metadata">Where results are left; null leaves none.</param>
    public RbacVerdict Judge(RbacSubject subject, RbacStats stats, DynamicMetadata? metadata)
    {
        if (_shadow?.Judge(subject) is { } tried)
        {
            stats.Count(new RbacSeriesKey(_statPrefix, _shadowPrefix, IsShadow: true, tried.IsAllowed));
            Tell(metadata, _shadowPrefix + "shadow_", tried);
        }

        if (_rules?.Judge(subject) is not { } verdict)
        {
            return RbacVerdict.Pass;
        }

        if (_rules.IsLog)
        {
            metadata?.Set("envoy.common", "access_log_hint", Value.ForBool(verdict.HasMatched));
            return RbacVerdict.Pass;
        }

        stats.Count(new RbacSeriesKey(_statPrefix, _rulesPrefix, IsShadow: false, verdict.IsAllowed));
        if (_rulesPrefix.Length > 0)
        {
            Tell(metadata, _rulesPrefix + "enforced_", verdict);
        }

        return verdict;
    }

    private void Tell(DynamicMetadata? metadata, string prefix, RbacVerdict verdict)
    {
        if (verdict.HasMatched)
        {
            metadata?.Set(_filter, prefix + "effective_policy_id", Value.ForString(verdict.Policy));
        }

        metadata?.Set(_filter, prefix + "engine_result", Value.ForString(verdict.IsAllowed ? "allowed" : "denied"));
    }
}
