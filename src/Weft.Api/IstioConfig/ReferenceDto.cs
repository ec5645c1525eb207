using System.Text.Json.Serialization;
using Weft.Console.IstioConfig;
using Weft.Kubernetes.Objects;

namespace Weft.Api.IstioConfig;

/// <summary>A kind, with capital letters as Go writes it.</summary>
public sealed record GroupVersionKindDto(
    [property: JsonPropertyName("Group")] string Group, [property: JsonPropertyName("Version")] string Version, [property: JsonPropertyName("Kind")] string Kind)
{
    public static GroupVersionKindDto Of(GroupVersionKind kind) => new(kind.Group, kind.Version, kind.Kind);
}

/// <summary>An object of configuration; its cluster is empty for the home cluster.</summary>
public sealed record ReferenceDto([property: JsonPropertyName("objectGVK")] GroupVersionKindDto ObjectKind, string Name, string Namespace, string Cluster)
{
    public static ReferenceDto Of(ConfigReference reference) => new(GroupVersionKindDto.Of(reference.Kind), reference.Name, reference.Namespace, "");
}
