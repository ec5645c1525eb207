using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Weft.Api.MeshTopology;

public sealed record MeshGraphDto(MeshElementsDto Elements, string[] MeshNames, long Timestamp);

public sealed record MeshElementsDto(MeshElementDto<MeshNodeDto>[] Nodes, MeshElementDto<MeshEdgeDto>[] Edges);

public sealed record MeshElementDto<T>(T Data);

public sealed record MeshNodeDto
{
    public required string Id { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Parent { get; init; }

    public required string Cluster { get; init; }

    public required string InfraName { get; init; }

    public required string InfraType { get; init; }

    public required string Namespace { get; init; }

    /// <summary><c>infra</c>, or <c>box</c> for what holds others.</summary>
    public required string NodeType { get; init; }

    /// <summary>The state in one word; null for a namespace.</summary>
    public required string? HealthData { get; init; }

    /// <summary>What there is to say of it: its configuration.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonNode? InfraData { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IsBox { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsExternal { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsInaccessible { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Version { get; init; }
}

public sealed record MeshEdgeDto(string Id, string Source, string Target);
