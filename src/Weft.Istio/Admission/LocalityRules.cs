using Weft.Istio.Admission.Syntax;

namespace Weft.Istio.Admission;

/// <summary>Load balancing by locality.</summary>
internal static class LocalityRules
{
    private static readonly string[] s_topologyLabels = ["topology.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.istio.io/subzone"];

    public static Findings Check(Spec setting, bool hasOutlierDetection)
    {
        var findings = new Findings();
        if (!setting.Exists || (Conflict(setting) is { } conflict && Refuse(conflict, findings)))
        {
            return findings;
        }

        var from = new List<string>();
        foreach (var distribute in setting.Messages("distribute"))
        {
            from.Add(distribute.Text("from"));
            if (WeightProblem(distribute) is { } problem)
            {
                findings.Error(problem);
                return findings;
            }

            findings.Error(Overlap(distribute.NumberMap("to").Select(target => target.Key)));
        }

        findings.Error(Overlap(from));
        if (!hasOutlierDetection && (setting.Has("failover") || setting.Has("failoverPriority")))
        {
            findings.Warning("outlier detection policy must be provided for failover");
        }

        foreach (var failover in setting.Messages("failover"))
        {
            CheckFailover(failover.Text("from"), failover.Text("to"), findings);
        }

        return findings;
    }

    private static bool Refuse(string conflict, Findings findings)
    {
        findings.Error(conflict);
        return true;
    }

    private static string? Conflict(Spec setting)
    {
        if (setting.Has("distribute") && setting.Has("failover"))
        {
            return "can not simultaneously specify 'distribute' and 'failover'";
        }

        return setting.Has("failover") && setting.Texts("failoverPriority").FirstOrDefault(s_topologyLabels.Contains) is { } label
            ? $"can not simultaneously set 'failover' and topology label '{label}' in 'failover_priority'"
            : null;
    }

    private static string? WeightProblem(Spec distribute)
    {
        var weights = distribute.NumberMap("to").Select(target => target.Value).ToList();
        return weights.Any(weight => weight is <= 0 or > 100) ? "locality weight must be in range [1, 100]"
            : weights.Sum() != 100 ? $"total locality weight {GoText.Integer(weights.Sum())} != 100"
            : null;
    }

    private static void CheckFailover(string from, string to, Findings findings)
    {
        findings.ErrorIf(from == to, "locality lb failover settings must specify different regions");
        findings.ErrorIf((from + to).Contains('/', StringComparison.Ordinal), "locality lb failover only specify region");
        findings.ErrorIf((from + to).Contains('*', StringComparison.Ordinal), "locality lb failover region should not contain '*' wildcard");
    }

    /// <summary>Localities of the form region/zone/subzone, a star at the end for all below. None may lie within another that came before.</summary>
    private static string? Overlap(IEnumerable<string> localities)
    {
        var earlier = new List<string[]>();
        foreach (var locality in localities)
        {
            var star = locality.IndexOf('*', StringComparison.Ordinal);
            if (star >= 0 && star != locality.Length - 1)
            {
                return $"locality {locality} wildcard '*' number can not exceed 1 and must be in the end";
            }

            var parts = locality.Split('/', 3);
            if (earlier.Any(other => other is ["*"]))
            {
                return $"locality {locality} overlap with previous specified ones";
            }

            if (parts.Contains(""))
            {
                return $"locality {locality} must not contain empty region/zone/subzone info";
            }

            if (earlier.Any(other => Lies(parts, other)))
            {
                return $"locality {locality} overlap with previous specified ones";
            }

            earlier.Add(parts);
        }

        return null;
    }

    /// <summary>One of the two contains the other, as far as both say something.</summary>
    private static bool Lies(string[] locality, string[] other)
    {
        for (var i = 0; i < 3; i++)
        {
            if (i >= other.Length || other[i] == "*" || i >= locality.Length)
            {
                return true;
            }

            if (locality[i] != other[i])
            {
                return false;
            }
        }

        return true;
    }
}
