using System.Collections.Immutable;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.GatewayApi;

/// <summary>The Gateway API's BackendTLSPolicy: the TLS that a Service's endpoints are called by.</summary>
public sealed record K8sBackendTlsPolicy : IKubeObject
{
    public string ApiVersion { get => field ?? "gateway.networking.k8s.io/v1"; init; }

    public string Kind { get => field ?? "BackendTLSPolicy"; init; }

    public ObjectMeta Metadata { get => field ?? new(); init; }

    public K8sBackendTlsPolicySpec Spec { get => field ?? new(); init; }
}

public sealed record K8sBackendTlsPolicySpec
{
    public ImmutableArray<K8sPolicyTarget> TargetRefs { get => field.OrEmpty(); init; }

    public K8sBackendTlsValidation Validation { get => field ?? new(); init; }
}

/// <summary>An object of the policy's own namespace; of a Service one port by its name, or all.</summary>
public sealed record K8sPolicyTarget
{
    public string Group { get => field ?? ""; init; }

    public string Kind { get => field ?? ""; init; }

    public string Name { get => field ?? ""; init; }

    public string? SectionName { get; init; }
}

/// <summary>How the endpoints' certificates are verified.</summary>
public sealed record K8sBackendTlsValidation
{
    /// <summary>ConfigMaps of the policy's own namespace; the first counts.</summary>
    public ImmutableArray<K8sObjectReference> CaCertificateRefs { get => field.OrEmpty(); init; }

    /// <summary>System: the roots of the machine.</summary>
    public string? WellKnownCACertificates { get; init; }

    /// <summary>What is asked for, and expected in the certificate unless other names are stated.</summary>
    public string Hostname { get => field ?? ""; init; }

    public ImmutableArray<K8sSubjectAltName> SubjectAltNames { get => field.OrEmpty(); init; }
}

/// <summary>Of type Hostname or URI.</summary>
public sealed record K8sSubjectAltName
{
    public string Type { get => field ?? ""; init; }

    public string? Hostname { get; init; }

    public string? Uri { get; init; }
}
