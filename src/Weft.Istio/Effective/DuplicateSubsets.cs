using Weft.Istio.Mesh;
using Weft.Istio.Networking;

namespace Weft.Istio.Effective;

/// <summary>Subsets that DestinationRules of one host state twice: the first counts (istiod's PushContext.mergeDestinationRule).</summary>
public static class DuplicateSubsets
{
    public static IEnumerable<(string Host, string Subset)> Of(IEnumerable<DestinationRule> rules) =>
        from rule in rules
        group rule by (
            Host: Hostname.Resolve(rule.Spec.Host, rule.Metadata.Namespace ?? ""), rule.Metadata.Namespace, ExportTo: string.Join(',', rule.Spec.ExportTo),
            IsSelecting: rule.Spec.WorkloadSelector.IsStated()) into merged
        where !merged.Key.IsSelecting
        from subset in merged.SelectMany(rule => rule.Spec.Subsets).GroupBy(subset => subset.Name)
        where subset.Skip(1).Any()
        select (merged.Key.Host, subset.Key);
}
