using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Weft.Proxy.Tls;

/// <summary>The workload's certificate with its key, and the roots it trusts. Immutable; replaced whole at renewal.</summary>
internal sealed record WorkloadCertificate
{
    /// <summary>Leaf with key and intermediates, ready for handshakes.</summary>
    public required SslStreamCertificateContext Context { get; init; }

    public required X509Certificate2Collection Roots { get; init; }

    /// <summary>The chain in PEM as it came from the CA, leaf first, root last (for /certs and /config_dump; never the key).</summary>
    public required string ChainPem { get; init; }

    public required string RootPem { get; init; }

    /// <summary>The URI SAN of the leaf.</summary>
    public required string SpiffeId { get; init; }

    public X509Certificate2 Leaf => Context.TargetCertificate;
}

/// <summary>The names under which a sidecar asks for secrets of its own (Istio's SDS names).</summary>
internal static class SecretNames
{
    public const string Certificate = "default";
    public const string Roots = "ROOTCA";
}

/// <summary>Holds the newest workload certificate. Read at the start of each handshake.</summary>
internal sealed class WorkloadSecrets
{
    private WorkloadCertificate? _current;

    /// <summary>Null until the CA has answered for the first time.</summary>
    public WorkloadCertificate? Current => Volatile.Read(ref _current);

    public void Replace(WorkloadCertificate certificate) => Volatile.Write(ref _current, certificate);
}
