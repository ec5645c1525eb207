using System.Collections.Immutable;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Networking;

/// <summary>Istio's Sidecar: what a sidecar proxy sees and listens on.</summary>
public sealed record Sidecar : IKubeObject
{
    public string ApiVersion { get => field ?? "networking.istio.io/v1"; init; }

    public string Kind { get => field ?? "Sidecar"; init; }

    public ObjectMeta Metadata { get => field ?? new(); init; }

    public SidecarSpec Spec { get => field ?? new(); init; }
}

public sealed record SidecarSpec
{
    public WorkloadSelector? WorkloadSelector { get; init; }

    public ImmutableArray<SidecarIngress> Ingress { get => field.OrEmpty(); init; }

    public ImmutableArray<SidecarEgress> Egress { get => field.OrEmpty(); init; }

    public ConnectionPoolSettings? InboundConnectionPool { get; init; }

    public OutboundTrafficPolicy? OutboundTrafficPolicy { get; init; }
}

public sealed record SidecarIngress
{
    public ServiceEntryPort Port { get => field ?? new(); init; }

    public string? Bind { get; init; }

    public string? CaptureMode { get; init; }

    public string? DefaultEndpoint { get; init; }

    /// <summary>TLS that ends here; where the port takes no mutual TLS of the mesh.</summary>
    public ServerTlsSettings? Tls { get; init; }

    public ConnectionPoolSettings? ConnectionPool { get; init; }
}

public sealed record SidecarEgress
{
    public ServiceEntryPort? Port { get; init; }

    public string? Bind { get; init; }

    public string? CaptureMode { get; init; }

    public ImmutableArray<string> Hosts { get => field.OrEmpty(); init; }
}

/// <summary>What happens to traffic for hosts that no registry knows. An empty block means REGISTRY_ONLY, the zero of Istio's enum.</summary>
public sealed record OutboundTrafficPolicy
{
    public string? Mode { get; init; }

    /// <summary>Where calls to unknown hosts go instead of where their callers meant.</summary>
    public Destination? EgressProxy { get; init; }

    public bool AllowsAny => Mode == "ALLOW_ANY";
}
