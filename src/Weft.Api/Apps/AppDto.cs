using Weft.Api.Dashboards;
using Weft.Api.Health;
using Weft.Api.IstioConfig;
using Weft.Api.Namespaces;
using Weft.Api.Workloads;

namespace Weft.Api.Apps;

public sealed record AppListDto(string Cluster, AppListItemDto[] Applications);

public sealed record AppListItemDto
{
    public required string Cluster { get; init; }

    public required string Namespace { get; init; }

    public required string Name { get; init; }

    /// <summary>Of its workloads and services; several values of one label joined by commas.</summary>
    public required SortedDictionary<string, string> Labels { get; init; }

    public required bool IstioSidecar { get; init; }

    public required bool IsAmbient { get; init; }

    public required bool IsGateway { get; init; }

    public required ReferenceDto[] IstioReferences { get; init; }

    public required HealthDto Health { get; init; }
}

public sealed record AppDto
{
    public required string Cluster { get; init; }

    public required NamespaceDto Namespace { get; init; }

    public required string Name { get; init; }

    public required AppWorkloadDto[] Workloads { get; init; }

    public required string[] ServiceNames { get; init; }

    public required RuntimeDto[] Runtimes { get; init; }

    public required bool IsAmbient { get; init; }

    public required HealthDto Health { get; init; }
}

public sealed record AppWorkloadDto
{
    public required string WorkloadName { get; init; }

    public required string Namespace { get; init; }

    public required GroupVersionKindDto Gvk { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required string[] ServiceAccountNames { get; init; }

    public required bool IstioSidecar { get; init; }

    public required bool IsAmbient { get; init; }

    /// <summary>The waypoints that it is called through.</summary>
    public WaypointLinkDto[]? WaypointWorkloads { get; init; }
}
