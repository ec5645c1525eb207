using System.Collections.Immutable;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Networking;

/// <summary>Istio's ProxyConfig: how the proxies of a namespace, of some workloads or of the mesh are started.</summary>
public sealed record ProxyConfig : IKubeObject
{
    public string ApiVersion { get => field ?? "networking.istio.io/v1beta1"; init; }

    public string Kind { get => field ?? "ProxyConfig"; init; }

    public ObjectMeta Metadata { get => field ?? new(); init; }

    public ProxyConfigSpec Spec { get => field ?? new(); init; }
}

public sealed record ProxyConfigSpec
{
    public WorkloadSelector? Selector { get; init; }

    /// <summary>Worker threads; 0 for as many as there are processors.</summary>
    public int? Concurrency { get; init; }

    public ImmutableDictionary<string, string> EnvironmentVariables { get => field.OrEmpty(); init; }

    public ProxyImage? Image { get; init; }
}

/// <param name="ImageType">default, debug or distroless; null as the mesh says.</param>
public sealed record ProxyImage(string? ImageType);
