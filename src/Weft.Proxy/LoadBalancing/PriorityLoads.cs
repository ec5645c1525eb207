using System.Collections.Immutable;

namespace Weft.Proxy.LoadBalancing;

/// <summary>
/// How the priorities of a cluster share its traffic (Envoy's architecture overview, "Priority levels" and "Panic threshold"):
/// a priority bears its healthy part times the over-provisioning, what it cannot bear goes to the next.
/// </summary>
/// <param name="Percent">By priority; they sum up to 100.</param>
/// <param name="Panics">By priority: so few are healthy that all endpoints are used.</param>
internal sealed record PriorityLoads(ImmutableArray<int> Percent, ImmutableArray<bool> Panics)
{
    /// <summary>What each priority can bear, in percent of all traffic.</summary>
    public ImmutableArray<int> Health { get; private init; } = [];

    /// <summary>The shares without some priorities: what these would bear goes to the others. Where no other can bear anything, all count again.</summary>
    public PriorityLoads Without(IReadOnlyCollection<uint> priorities)
    {
        var rest = Health.Select((health, priority) => priorities.Contains((uint)priority) ? 0 : health).ToArray();
        var total = Math.Min(100, rest.Sum());
        return total == 0 ? this : this with { Percent = Share(rest, total) };
    }

    /// <param name="counts">Healthy and all endpoints by priority; at least one priority.</param>
    /// <param name="overprovisioning">Percent; Envoy's default is 140.</param>
    /// <param name="panicThreshold">Percent of healthy endpoints below which a priority panics; 0 never does.</param>
    public static PriorityLoads Of(ImmutableArray<(int Healthy, int All)> counts, uint overprovisioning, double panicThreshold)
    {
        var health = counts.Select(count => count.All == 0 ? 0 : (int)Math.Min(100, (long)overprovisioning * count.Healthy / count.All)).ToArray();
        var total = Math.Min(100, health.Sum());
        if (total == 0 && panicThreshold <= 0)
        {
            return new PriorityLoads([100, .. Enumerable.Repeat(0, counts.Length - 1)], [.. counts.Select(_ => false)]) { Health = [.. health] };
        }

        var panics = counts.Select(count => total < 100 && Healthy(count) < panicThreshold).ToImmutableArray();
        return panics.All(panic => panic)
            ? new PriorityLoads(Share(counts.Select(count => count.All).ToArray(), counts.Sum(count => count.All)), panics) { Health = [.. health] }
            : new PriorityLoads(Share(health, total), panics) { Health = [.. health] };
    }

    /// <param name="random">Any number; the same one leads to the same priority.</param>
    public int Choose(ulong random)
    {
        var point = (int)(random % 100);
        for (var priority = 0; priority < Percent.Length; priority++)
        {
            if (point < Percent[priority])
            {
                return priority;
            }

            point -= Percent[priority];
        }

        return 0;
    }

    private static double Healthy((int Healthy, int All) count) => count.All == 0 ? 0 : 100.0 * count.Healthy / count.All;

    // In order of priority, each as much as it has, until 100 are given; what rounding leaves goes to the first that has anything.
    private static ImmutableArray<int> Share(int[] parts, int total)
    {
        var left = 100;
        var shares = new int[parts.Length];
        for (var priority = 0; priority < parts.Length && total > 0; priority++)
        {
            shares[priority] = Math.Min(left, (int)(100L * parts[priority] / total));
            left -= shares[priority];
        }

        shares[Math.Max(0, Array.FindIndex(parts, part => part > 0))] += left;
        return [.. shares];
    }
}
