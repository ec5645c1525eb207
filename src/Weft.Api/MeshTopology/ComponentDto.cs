using System.Text.Json.Serialization;

namespace Weft.Api.MeshTopology;

public sealed record ComponentDto
{
    public required string Name { get; init; }

    public required string Cluster { get; init; }

    public required string Status { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required bool IsCore { get; init; }

    public string? MeshId { get; init; }
}
