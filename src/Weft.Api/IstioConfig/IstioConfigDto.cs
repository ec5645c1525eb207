using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Weft.Api.IstioConfig;

/// <summary>Objects by their kind, as in <c>networking.istio.io/v1, Kind=Gateway</c>; every kind is there.</summary>
public sealed record ConfigListDto(Dictionary<string, JsonObject[]> Resources, Dictionary<string, Dictionary<string, ValidationDto>> Validations);

public sealed record ConfigDetailsDto
{
    public required string Cluster { get; init; }

    public required ConfigNamespaceDto Namespace { get; init; }

    public required GroupVersionKindDto Gvk { get; init; }

    public required JsonObject Resource { get; init; }

    public required PermissionsDto Permissions { get; init; }

    /// <summary>Null unless asked for with <c>validate</c>.</summary>
    public required ConfigReferencesDto? References { get; init; }

    /// <summary>Null unless asked for with <c>help</c>.</summary>
    public required HelpDto[]? Help { get; init; }

    /// <summary>Always null: nothing is validated yet.</summary>
    public ValidationDto? Validation { get; init; }
}

/// <summary>Only name and cluster; all else is always absent here.</summary>
public sealed record ConfigNamespaceDto(string Name, string Cluster, bool IsAmbient = false, bool IsControlPlane = false, string? Labels = null, string? Annotations = null);

public sealed record ConfigReferencesDto(ObjectReferenceDto[] ObjectReferences, ServiceReferenceDto[] ServiceReferences, WorkloadReferenceDto[] WorkloadReferences);

public sealed record ObjectReferenceDto([property: JsonPropertyName("objectGVK")] GroupVersionKindDto ObjectKind, string Name, string Namespace);

public sealed record ServiceReferenceDto
{
    public required string Name { get; init; }

    public required string Namespace { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsServiceEntry { get; init; }
}

public sealed record WorkloadReferenceDto(string Name, string Namespace);

public sealed record HelpDto(string ObjectField, string Message);

/// <summary>How many objects a namespace has, and how many of them are faulty.</summary>
public sealed record ValidationSummaryDto(string Cluster, string Namespace, int Errors, int Warnings, int ObjectCount);
