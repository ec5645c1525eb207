namespace Weft.Kubernetes.Objects;

/// <summary>Points at any object.</summary>
public sealed record ObjectReference
{
    public string? Kind { get; init; }

    public string? Namespace { get; init; }

    public string? Name { get; init; }

    public string? Uid { get; init; }

    public string? ApiVersion { get; init; }

    public string? ResourceVersion { get; init; }

    public string? FieldPath { get; init; }
}

/// <summary>Points at an object of the same namespace.</summary>
public sealed record LocalObjectReference
{
    public string Name { get => field ?? ""; init; }
}
