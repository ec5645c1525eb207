using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Weft.Kubernetes.Objects;

/// <summary>Declares a kind that the API server then serves.</summary>
public sealed record CustomResourceDefinition : IKubeObject
{
    public string ApiVersion { get => field ?? "apiextensions.k8s.io/v1"; init; }

    public string Kind { get => field ?? "CustomResourceDefinition"; init; }

    public ObjectMeta Metadata { get => field ?? ObjectMeta.None; init; }

    public CustomResourceDefinitionSpec Spec { get => field ?? CustomResourceDefinitionSpec.None; init; }

    public CustomResourceDefinitionStatus Status { get => field ?? CustomResourceDefinitionStatus.None; init; }
}

public sealed record CustomResourceDefinitionSpec : IObjectPart
{
    internal static readonly CustomResourceDefinitionSpec None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public string Group { get => field ?? ""; init; }

    public CustomResourceDefinitionNames? Names { get; init; }

    public string Scope { get => field ?? ""; init; }

    public ImmutableArray<CustomResourceDefinitionVersion> Versions { get => field.OrEmpty(); init; }

    public JsonObject? Conversion { get; init; }

    public bool PreserveUnknownFields { get; init; }
}

public sealed record CustomResourceDefinitionNames
{
    public string Plural { get => field ?? ""; init; }

    public string? Singular { get; init; }

    public ImmutableArray<string> ShortNames { get => field.OrEmpty(); init; }

    public string Kind { get => field ?? ""; init; }

    public string? ListKind { get; init; }

    public ImmutableArray<string> Categories { get => field.OrEmpty(); init; }
}

public sealed record CustomResourceDefinitionVersion
{
    public string Name { get => field ?? ""; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public bool Served { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public bool Storage { get; init; }

    public bool Deprecated { get; init; }

    public string? DeprecationWarning { get; init; }

    public CustomResourceValidation? Schema { get; init; }

    public CustomResourceSubresources? Subresources { get; init; }

    public ImmutableArray<CustomResourceColumnDefinition> AdditionalPrinterColumns { get => field.OrEmpty(); init; }

    public JsonArray? SelectableFields { get; init; }
}

public sealed record CustomResourceValidation
{
    public JsonObject? OpenAPIV3Schema { get; init; }
}

public sealed record CustomResourceSubresources
{
    public JsonObject? Status { get; init; }

    public CustomResourceSubresourceScale? Scale { get; init; }
}

public sealed record CustomResourceSubresourceScale
{
    public string SpecReplicasPath { get => field ?? ""; init; }

    public string StatusReplicasPath { get => field ?? ""; init; }

    public string? LabelSelectorPath { get; init; }
}

public sealed record CustomResourceColumnDefinition
{
    public string Name { get => field ?? ""; init; }

    public string Type { get => field ?? ""; init; }

    public string? Format { get; init; }

    public string? Description { get; init; }

    public int Priority { get; init; }

    public string JsonPath { get => field ?? ""; init; }
}

public sealed record CustomResourceDefinitionStatus : IObjectPart
{
    internal static readonly CustomResourceDefinitionStatus None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public ImmutableArray<Condition> Conditions { get => field.OrEmpty(); init; }

    public CustomResourceDefinitionNames? AcceptedNames { get; init; }

    public ImmutableArray<string> StoredVersions { get => field.OrEmpty(); init; }
}
