using System.Text.Json.Nodes;

namespace Weft.Kubernetes.Objects;

/// <summary>One environment variable, given or taken from elsewhere.</summary>
public sealed record EnvVar
{
    public string Name { get => field ?? ""; init; }

    public string? Value { get; init; }

    public EnvVarSource? ValueFrom { get; init; }
}

/// <summary>Exactly one of the sources is present.</summary>
public sealed record EnvVarSource
{
    public ObjectFieldSelector? FieldRef { get; init; }

    public ResourceFieldSelector? ResourceFieldRef { get; init; }

    public ConfigMapKeySelector? ConfigMapKeyRef { get; init; }

    public SecretKeySelector? SecretKeyRef { get; init; }

    public JsonObject? FileKeyRef { get; init; }
}

public sealed record ObjectFieldSelector
{
    public string? ApiVersion { get; init; }

    public string FieldPath { get => field ?? ""; init; }
}

public sealed record ResourceFieldSelector
{
    public string? ContainerName { get; init; }

    public string Resource { get => field ?? ""; init; }

    public Quantity? Divisor { get; init; }
}

public sealed record ConfigMapKeySelector
{
    public string? Name { get; init; }

    public string Key { get => field ?? ""; init; }

    public bool? Optional { get; init; }
}

public sealed record SecretKeySelector
{
    public string? Name { get; init; }

    public string Key { get => field ?? ""; init; }

    public bool? Optional { get; init; }
}

public sealed record EnvFromSource
{
    public string? Prefix { get; init; }

    public ConfigMapEnvSource? ConfigMapRef { get; init; }

    public SecretEnvSource? SecretRef { get; init; }
}

public sealed record ConfigMapEnvSource
{
    public string? Name { get; init; }

    public bool? Optional { get; init; }
}

public sealed record SecretEnvSource
{
    public string? Name { get; init; }

    public bool? Optional { get; init; }
}
