using System.Collections.Immutable;
using Weft.Istio.Networking;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Security;

/// <summary>Istio's PeerAuthentication: whether workloads require mutual TLS.</summary>
public sealed record PeerAuthentication : IKubeObject
{
    public string ApiVersion { get => field ?? "security.istio.io/v1"; init; }

    public string Kind { get => field ?? "PeerAuthentication"; init; }

    public ObjectMeta Metadata { get => field ?? new(); init; }

    public PeerAuthenticationSpec Spec { get => field ?? new(); init; }
}

public sealed record PeerAuthenticationSpec
{
    public WorkloadSelector? Selector { get; init; }

    public MutualTlsSettings? Mtls { get; init; }

    /// <summary>Keyed by workload port.</summary>
    public ImmutableDictionary<string, MutualTlsSettings> PortLevelMtls { get => field.OrEmpty(); init; }
}

public sealed record MutualTlsSettings
{
    public string? Mode { get; init; }
}
