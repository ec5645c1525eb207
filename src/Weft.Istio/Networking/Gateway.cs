using System.Collections.Immutable;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Networking;

/// <summary>Istio's Gateway: what a gateway proxy listens on.</summary>
public sealed record Gateway : IKubeObject
{
    public string ApiVersion { get => field ?? "networking.istio.io/v1"; init; }

    public string Kind { get => field ?? "Gateway"; init; }

    public ObjectMeta Metadata { get => field ?? new(); init; }

    public GatewaySpec Spec { get => field ?? new(); init; }
}

public sealed record GatewaySpec
{
    public ImmutableArray<GatewayServer> Servers { get => field.OrEmpty(); init; }

    public ImmutableDictionary<string, string> Selector { get => field.OrEmpty(); init; }
}

public sealed record GatewayServer
{
    public ServiceEntryPort Port { get => field ?? new(); init; }

    public string? Bind { get; init; }

    public ImmutableArray<string> Hosts { get => field.OrEmpty(); init; }

    public ServerTlsSettings? Tls { get; init; }

    public string? Name { get; init; }
}

public sealed record ServerTlsSettings
{
    public bool HttpsRedirect { get; init; }

    public string? Mode { get; init; }

    public string? ServerCertificate { get; init; }

    public string? PrivateKey { get; init; }

    public string? CaCertificates { get; init; }

    public string? CredentialName { get; init; }

    /// <summary>Several certificates of one host from files, in place of one.</summary>
    public ImmutableArray<ServerCertificateFiles> TlsCertificates { get => field.OrEmpty(); init; }

    /// <summary>Several certificates of one host, such as RSA and ECDSA.</summary>
    public ImmutableArray<string> CredentialNames { get => field.OrEmpty(); init; }

    /// <summary>The secret that holds the roots for client certificates; by default the credential's name with <c>-cacert</c>.</summary>
    public string? CaCertCredentialName { get; init; }

    public string? CaCrl { get; init; }

    public ImmutableArray<string> VerifyCertificateSpki { get => field.OrEmpty(); init; }

    public ImmutableArray<string> VerifyCertificateHash { get => field.OrEmpty(); init; }

    public ImmutableArray<string> SubjectAltNames { get => field.OrEmpty(); init; }

    public string? MinProtocolVersion { get; init; }

    public string? MaxProtocolVersion { get; init; }

    public ImmutableArray<string> CipherSuites { get => field.OrEmpty(); init; }
}

/// <summary>A certificate and its key in files of the proxy.</summary>
public sealed record ServerCertificateFiles
{
    public string? ServerCertificate { get; init; }

    public string? PrivateKey { get; init; }
}
