using System.Collections.Immutable;

namespace Weft.Console.Health;

/// <summary>The one place where rates and replicas become health. Pure.</summary>
public static class HealthEvaluation
{
    public const string Inbound = "inbound";
    public const string Outbound = "outbound";

    /// <summary>Health of an object by its requests and, for apps and workloads, by its replicas.</summary>
    public static HealthVerdict Judge(RequestRates requests, ImmutableArray<ToleranceRule> rules, IEnumerable<WorkloadStatus> workloads)
    {
        var verdict = JudgeRequests(requests, rules);
        var level = workloads.Aggregate(verdict.Level, (worst, status) => HealthLevels.Worst(worst, JudgeReplicas(status)));
        return verdict with { Level = level };
    }

    public static HealthVerdict JudgeRequests(RequestRates requests, ImmutableArray<ToleranceRule> rules)
    {
        var worst = new Finding(HealthLevel.NotAvailable, -1);
        worst = Worse(worst, JudgeDirection(requests.Inbound, Inbound, rules));
        worst = Worse(worst, JudgeDirection(requests.Outbound, Outbound, rules));
        return new HealthVerdict(worst.Level, worst.Ratio, requests.Total);
    }

    /// <summary>Health of traffic between two objects: what either end does not tolerate counts.</summary>
    public static HealthLevel JudgeEdge(string protocol, CodeRates codes, ImmutableArray<ToleranceRule> sourceRules, ImmutableArray<ToleranceRule> targetRules)
    {
        var level = HealthLevels.Worst(JudgeCodes(protocol, codes, Outbound, sourceRules), JudgeCodes(protocol, codes, Inbound, targetRules));
        return HealthLevels.Worst(level, HealthLevel.Healthy);
    }

    public static HealthLevel JudgeReplicas(WorkloadStatus status)
    {
        var (_, desired, current, available, synced) = status;
        return desired == 0 ? HealthLevel.NotReady
            : available == 0 ? HealthLevel.Failure
            : current < desired || available < desired ? HealthLevel.Degraded
            : desired == available && current != desired ? HealthLevel.Failure
            : synced >= 0 && synced < desired ? HealthLevel.Degraded
            : desired == available && desired == current ? HealthLevel.Healthy
            : HealthLevel.Degraded;
    }

    private static HealthLevel JudgeCodes(string protocol, CodeRates codes, string direction, ImmutableArray<ToleranceRule> rules)
    {
        var worst = HealthLevel.NotAvailable;
        foreach (var rule in rules)
        {
            if (rule.AppliesTo(protocol, direction))
            {
                worst = HealthLevels.Worst(worst, Judge(codes, rule).Level);
            }
        }

        return worst;
    }

    private static Finding JudgeDirection(DirectionRates rates, string direction, ImmutableArray<ToleranceRule> rules)
    {
        var protocols = rates.Protocols;
        var worst = new Finding(HealthLevel.NotAvailable, -1);
        for (var i = 0; i < protocols.Count; i++)
        {
            if (IsJudged(protocols.GetKeyAtIndex(i), protocols.GetValueAtIndex(i)))
            {
                worst = new Finding(HealthLevel.Healthy, 0);
            }
        }

        if (worst.Level == HealthLevel.NotAvailable)
        {
            return worst;
        }

        foreach (var rule in rules)
        {
            for (var i = 0; i < protocols.Count; i++)
            {
                if (rule.AppliesTo(protocols.GetKeyAtIndex(i), direction) && IsJudged(protocols.GetKeyAtIndex(i), protocols.GetValueAtIndex(i)))
                {
                    worst = Worse(worst, Judge(protocols.GetValueAtIndex(i), rule));
                }
            }
        }

        return worst;
    }

    /// <summary>Bytes have no error codes: nothing can be said of them.</summary>
    private static bool IsJudged(string protocol, CodeRates codes) => protocol is "http" or "grpc" && codes.Total > 0;

    private static Finding Judge(CodeRates codes, ToleranceRule rule)
    {
        double failed = 0;
        double total = 0;
        for (var i = 0; i < codes.Rates.Count; i++)
        {
            var rate = codes.Rates.GetValueAtIndex(i);
            total += rate;
            failed += rule.MatchesCode(codes.Rates.GetKeyAtIndex(i)) ? rate : 0;
        }

        var ratio = 100 * failed / total;
        var level = ratio <= 0 ? HealthLevel.Healthy
            : ratio >= rule.Tolerance.Failure ? HealthLevel.Failure
            : ratio >= rule.Tolerance.Degraded ? HealthLevel.Degraded
            : HealthLevel.Healthy;
        return new Finding(level, level == HealthLevel.Healthy ? 0 : ratio);
    }

    /// <summary>The first of equally bad findings stays.</summary>
    private static Finding Worse(Finding one, Finding other) => other.Level > one.Level ? other : one;

    private readonly record struct Finding(HealthLevel Level, double Ratio);
}
