namespace Weft.Istio.Mesh;

/// <summary>What a policy attaches to by name (targetRefs), in its own namespace: a Gateway of the Gateway API, or what only waypoints stand for.</summary>
public sealed record PolicyTarget
{
    public string Group { get => field ?? ""; init; }

    public string Kind { get => field ?? ""; init; }

    public string Name { get => field ?? ""; init; }

    public string? Namespace { get; init; }
}
