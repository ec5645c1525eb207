using System.Collections.Immutable;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Mesh;

/// <summary>
/// Which waypoint the labels of an ambient mesh name. <c>istio.io/use-waypoint</c> on a Service or pod goes before that of its namespace, and <c>none</c> asks for none;
/// <c>istio.io/use-waypoint-namespace</c> says where the waypoint is when it is elsewhere. A waypoint takes calls to services unless its <c>istio.io/waypoint-for</c> says otherwise.
/// </summary>
public static class WaypointLabels
{
    private const string Use = "istio.io/use-waypoint";
    private const string UseNamespace = "istio.io/use-waypoint-namespace";
    private const string For = "istio.io/waypoint-for";
    private const string None = "none";

    /// <summary>True when the labels decide the matter, be it that they ask for none.</summary>
    public static bool Decide(ImmutableDictionary<string, string> labels) => labels.ContainsKey(Use);

    /// <summary>The waypoint that an object's own labels name.</summary>
    public static NamespacedName? Of(ImmutableDictionary<string, string> labels, string @namespace) =>
        labels.GetValueOrDefault(Use) is { Length: > 0 } name and not None
            ? new NamespacedName(labels.GetValueOrDefault(UseNamespace) is { Length: > 0 } elsewhere ? elsewhere : @namespace, name)
            : null;

    /// <summary>What calls a waypoint takes: <c>service</c>, <c>workload</c>, <c>all</c> or <c>none</c>.</summary>
    public static string Takes(ImmutableDictionary<string, string> waypoint) => waypoint.GetValueOrDefault(For) is { Length: > 0 } stated ? stated : "service";
}
