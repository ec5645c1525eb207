using System.Collections.Immutable;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Debug;

/// <summary>The labels by which istiod tells of a workload where it runs; <c>failoverPriority</c> may name them.</summary>
internal static class PlaceLabels
{
    /// <param name="network">Empty for the one network; null leaves its label out.</param>
    public static IEnumerable<KeyValuePair<string, string>> On(ImmutableDictionary<string, string> labels, string cluster, Locality locality, string node, string? network)
    {
        (string Name, string? Value)[] places =
        [
            ("topology.kubernetes.io/region", Known(locality.Region)), ("topology.kubernetes.io/zone", Known(locality.Zone)), ("topology.istio.io/subzone", Known(locality.Subzone)),
            ("topology.istio.io/cluster", cluster), ("kubernetes.io/hostname", Known(node)), ("topology.istio.io/network", network),
        ];
        return labels.SetItems(places.Where(place => place.Value is not null).Select(place => KeyValuePair.Create(place.Name, place.Value!)));
    }

    private static string? Known(string text) => text.Length > 0 ? text : null;
}
