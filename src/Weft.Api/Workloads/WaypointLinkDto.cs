using System.Collections.Immutable;
using Weft.Console.Inventory;

namespace Weft.Api.Workloads;

/// <summary>A waypoint of an object, or an object that is called through a waypoint.</summary>
public sealed record WaypointLinkDto(string Cluster, IReadOnlyDictionary<string, string> Labels, string LabelType, string Name, string Namespace, string Type)
{
    /// <summary>Null when there is none, as in Kiali.</summary>
    public static WaypointLinkDto[]? Of(ImmutableArray<WaypointLink> links, string cluster) => links.IsEmpty
        ? null
        : [.. links.Select(link => new WaypointLinkDto(cluster, link.Labels, link.LabelType, link.Name, link.Namespace, link.Takes))];
}
