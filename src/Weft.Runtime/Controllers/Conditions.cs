using System.Collections.Immutable;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers;

/// <summary>Lists of conditions as values: found by type, changed by replacement.</summary>
internal static class Conditions
{
    public static Condition? Find(ImmutableArray<Condition> conditions, string type) => conditions.FirstOrDefault(condition => condition.Type == type);

    /// <summary>Sets a condition unless it has that status and reason already; the transition time changes only with the status.</summary>
    public static ImmutableArray<Condition> Set(ImmutableArray<Condition> conditions, Condition condition, DateTimeOffset now) =>
        Find(conditions, condition.Type) is { } present && present.Status == condition.Status && present.Reason == condition.Reason
            ? conditions
            : Renew(conditions, condition, now);

    /// <summary>Sets a condition and its update time even when nothing else of it has changed.</summary>
    public static ImmutableArray<Condition> Renew(ImmutableArray<Condition> conditions, Condition condition, DateTimeOffset now)
    {
        var present = Find(conditions, condition.Type);
        var transition = present?.Status == condition.Status ? present.LastTransitionTime : now;
        return conditions
            .RemoveAll(other => other.Type == condition.Type)
            .Add(condition with { LastUpdateTime = now, LastTransitionTime = transition });
    }
}
