using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Weft.Kubernetes.Objects;

/// <summary>The kinds that one group and version serves.</summary>
public sealed record ApiResourceList
{
    public string ApiVersion { get => field ?? "v1"; init; }

    public string Kind { get => field ?? "APIResourceList"; init; }

    public string GroupVersion { get => field ?? ""; init; }

    public ImmutableArray<ApiResource> Resources { get => field.OrEmpty(); init; }
}

public sealed record ApiResource
{
    public string Name { get => field ?? ""; init; }

    public string SingularName { get => field ?? ""; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public bool Namespaced { get; init; }

    public string? Group { get; init; }

    public string? Version { get; init; }

    public string Kind { get => field ?? ""; init; }

    public ImmutableArray<string> Verbs { get => field.OrEmpty(); init; }

    public ImmutableArray<string> ShortNames { get => field.OrEmpty(); init; }

    public ImmutableArray<string> Categories { get => field.OrEmpty(); init; }

    public string? StorageVersionHash { get; init; }
}
