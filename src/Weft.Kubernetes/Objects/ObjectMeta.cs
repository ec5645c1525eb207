using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Weft.Kubernetes.Objects;

/// <summary>What every stored object carries: its name, its identity in time and its labels.</summary>
public sealed record ObjectMeta : IObjectPart
{
    internal static readonly ObjectMeta None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public string Name { get => field ?? ""; init; }

    public string? Namespace { get; init; }

    public string? GenerateName { get; init; }

    public string? Uid { get; init; }

    public string? ResourceVersion { get; init; }

    public long Generation { get; init; }

    public DateTimeOffset? CreationTimestamp { get; init; }

    public DateTimeOffset? DeletionTimestamp { get; init; }

    public long? DeletionGracePeriodSeconds { get; init; }

    public ImmutableDictionary<string, string> Labels { get => field.OrEmpty(); init; }

    public ImmutableDictionary<string, string> Annotations { get => field.OrEmpty(); init; }

    public ImmutableArray<OwnerReference> OwnerReferences { get => field.OrEmpty(); init; }

    public ImmutableArray<string> Finalizers { get => field.OrEmpty(); init; }

    public ImmutableArray<ManagedFieldsEntry> ManagedFields { get => field.OrEmpty(); init; }

    public string? SelfLink { get; init; }
}

/// <summary>An object whose deletion takes this one along.</summary>
public sealed record OwnerReference
{
    public string ApiVersion { get => field ?? ""; init; }

    public string Kind { get => field ?? ""; init; }

    public string Name { get => field ?? ""; init; }

    public string Uid { get => field ?? ""; init; }

    public bool? Controller { get; init; }

    public bool? BlockOwnerDeletion { get; init; }
}

/// <summary>Which fields one manager has set (server-side apply).</summary>
public sealed record ManagedFieldsEntry
{
    public string? Manager { get; init; }

    public string? Operation { get; init; }

    public string? ApiVersion { get; init; }

    public DateTimeOffset? Time { get; init; }

    public string? FieldsType { get; init; }

    public JsonObject? FieldsV1 { get; init; }

    public string? Subresource { get; init; }
}
