using System.Collections.Concurrent;

namespace Weft.Proxy.Stats;

/// <summary>One series of RBAC results.</summary>
/// <param name="Scope">The stat prefix of the connection manager or TCP filter.</param>
/// <param name="Prefix">Of the rules; istio_dry_run_allow_ and istio_dry_run_deny_ become labels.</param>
internal readonly record struct RbacSeriesKey(string Scope, string Prefix, bool IsShadow, bool IsAllowed)
{
    private const string DryRun = "istio_dry_run_";

    /// <summary>The name as Envoy's Prometheus page writes it.</summary>
    public string Metric
    {
        get
        {
            var own = IsDryRun || Prefix.Length == 0 ? "" : $"_{Prefix.TrimEnd('_')}";
            return $"envoy_{Clean(Scope)}_rbac{own}";
        }
    }

    /// <summary>With the tags that Istio's bootstrap takes out of the names (authz_enforce_result, authz_dry_run_action, authz_dry_run_result).</summary>
    public string Labels
    {
        get
        {
            var result = IsAllowed ? "allowed" : "denied";
            return IsDryRun && IsShadow
                ? $"authz_dry_run_action=\"{Prefix[DryRun.Length..].TrimEnd('_')}\",authz_dry_run_result=\"{result}\""
                : IsShadow ? $"authz_dry_run_result=\"{result}\"" : $"authz_enforce_result=\"{result}\"";
        }
    }

    private bool IsDryRun => Prefix.StartsWith(DryRun, StringComparison.Ordinal);

    private static string Clean(string name) => string.Concat(name.TrimEnd(';', '.').Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));
}

/// <summary>Counts what RBAC filters decided, or would have (shadow rules), of one proxy. Bounded by the configuration.</summary>
internal sealed class RbacStats
{
    private readonly ConcurrentDictionary<RbacSeriesKey, Counter> _series = new();

    public IEnumerable<KeyValuePair<RbacSeriesKey, Counter>> Series => _series;

    public void Count(in RbacSeriesKey key) => _series.GetOrAdd(key, static _ => new Counter()).Increment();
}
