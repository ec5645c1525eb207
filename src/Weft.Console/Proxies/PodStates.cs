using System.Collections.Frozen;
using Weft.Console.Inventory;
using Weft.Kubernetes.Objects;

namespace Weft.Console.Proxies;

/// <summary>What is known of the proxies of pods at one time.</summary>
public sealed record PodStates(FrozenDictionary<string, SyncState> Proxies)
{
    public static PodStates Unknown { get; } = new(FrozenDictionary<string, SyncState>.Empty);

    /// <summary>Null when no control plane tells of it.</summary>
    public SyncState? Of(Pod pod) => Proxies.GetValueOrDefault($"{pod.Metadata.Name}.{pod.Metadata.Namespace}");

    /// <summary>How many of its proxies have what they should; -1 when nothing is known of any.</summary>
    public int SyncedOf(WorkloadFacts workload)
    {
        var known = workload.Pods.Select(Of).OfType<SyncState>().ToList();
        return known.Count == 0 ? -1 : known.Count(state => state.IsSynced);
    }
}
