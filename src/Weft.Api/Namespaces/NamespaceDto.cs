using System.Text.Json.Serialization;

namespace Weft.Api.Namespaces;

public sealed record NamespaceDto
{
    public required string Name { get; init; }

    public required string Cluster { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required bool IsAmbient { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required bool IsControlPlane { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required IReadOnlyDictionary<string, string>? Annotations { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Revision { get; init; }
}
