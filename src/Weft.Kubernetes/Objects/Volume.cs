using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Weft.Kubernetes.Objects;

/// <summary>A volume of a pod. Kinds that Weft does not read stay JSON.</summary>
public sealed record Volume
{
    public string Name { get => field ?? ""; init; }

    public HostPathVolumeSource? HostPath { get; init; }

    public EmptyDirVolumeSource? EmptyDir { get; init; }

    public SecretVolumeSource? Secret { get; init; }

    public ConfigMapVolumeSource? ConfigMap { get; init; }

    public DownwardApiVolumeSource? DownwardAPI { get; init; }

    public ProjectedVolumeSource? Projected { get; init; }

    public JsonObject? PersistentVolumeClaim { get; init; }

    public JsonObject? Csi { get; init; }

    public JsonObject? Ephemeral { get; init; }

    public JsonObject? Image { get; init; }

    public JsonObject? Nfs { get; init; }
}

public sealed record HostPathVolumeSource
{
    public string Path { get => field ?? ""; init; }

    public string? Type { get; init; }
}

public sealed record EmptyDirVolumeSource
{
    public string? Medium { get; init; }

    public Quantity? SizeLimit { get; init; }
}

public sealed record KeyToPath
{
    public string Key { get => field ?? ""; init; }

    public string Path { get => field ?? ""; init; }

    public int? Mode { get; init; }
}

public sealed record SecretVolumeSource
{
    public string? SecretName { get; init; }

    public ImmutableArray<KeyToPath> Items { get => field.OrEmpty(); init; }

    public int? DefaultMode { get; init; }

    public bool? Optional { get; init; }
}

public sealed record ConfigMapVolumeSource
{
    public string? Name { get; init; }

    public ImmutableArray<KeyToPath> Items { get => field.OrEmpty(); init; }

    public int? DefaultMode { get; init; }

    public bool? Optional { get; init; }
}

public sealed record DownwardApiVolumeSource
{
    public ImmutableArray<DownwardApiVolumeFile> Items { get => field.OrEmpty(); init; }

    public int? DefaultMode { get; init; }
}

public sealed record DownwardApiVolumeFile
{
    public string Path { get => field ?? ""; init; }

    public ObjectFieldSelector? FieldRef { get; init; }

    public ResourceFieldSelector? ResourceFieldRef { get; init; }

    public int? Mode { get; init; }
}

public sealed record ProjectedVolumeSource
{
    public ImmutableArray<VolumeProjection> Sources { get => field.OrEmpty(); init; }

    public int? DefaultMode { get; init; }
}

public sealed record VolumeProjection
{
    public SecretProjection? Secret { get; init; }

    public DownwardApiProjection? DownwardAPI { get; init; }

    public ConfigMapProjection? ConfigMap { get; init; }

    public ServiceAccountTokenProjection? ServiceAccountToken { get; init; }

    public JsonObject? ClusterTrustBundle { get; init; }
}

public sealed record SecretProjection
{
    public string? Name { get; init; }

    public ImmutableArray<KeyToPath> Items { get => field.OrEmpty(); init; }

    public bool? Optional { get; init; }
}

public sealed record ConfigMapProjection
{
    public string? Name { get; init; }

    public ImmutableArray<KeyToPath> Items { get => field.OrEmpty(); init; }

    public bool? Optional { get; init; }
}

public sealed record DownwardApiProjection
{
    public ImmutableArray<DownwardApiVolumeFile> Items { get => field.OrEmpty(); init; }
}

public sealed record ServiceAccountTokenProjection
{
    public string? Audience { get; init; }

    public long? ExpirationSeconds { get; init; }

    public string Path { get => field ?? ""; init; }
}
