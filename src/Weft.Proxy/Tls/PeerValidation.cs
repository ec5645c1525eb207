using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Weft.Proxy.Routing;

namespace Weft.Proxy.Tls;

/// <summary>How a peer's certificate is judged: which roots, and which of its SANs must match (Envoy's CertificateValidationContext).</summary>
internal sealed record PeerValidation
{
    /// <summary>Where the roots come from.</summary>
    public required RootSource Roots { get; init; }

    /// <summary>One of them must match one of the peer's SANs; empty accepts any.</summary>
    public ImmutableArray<StringMatcher> SubjectAltNames { get; init; } = [];

    /// <summary>The chain policy for one handshake; null when nothing is verified or the system's roots are used.</summary>
    public X509ChainPolicy? ChainPolicy(WorkloadSecrets secrets) => Roots switch
    {
        RootSource.Mesh => Policy(secrets.Current?.Roots ?? []),
        _ => null,
    };

    /// <summary>Whether a peer may pass, given what the handshake found about its chain.</summary>
    public bool Accepts(X509Certificate2? certificate, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return Roots == RootSource.None;
        }

        if (Roots != RootSource.None && (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) != SslPolicyErrors.None)
        {
            return false;
        }

        return SubjectAltNames.IsEmpty || MatchesName(certificate);
    }

    private bool MatchesName(X509Certificate2 certificate)
    {
        var names = Tls.SubjectAltNames.Of(certificate);
        return names.Uris.Concat(names.DnsNames).Any(name => SubjectAltNames.Any(matcher => matcher.Matches(name)));
    }

    private static X509ChainPolicy Policy(X509Certificate2Collection roots)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }
}

/// <summary>Which roots verify a peer.</summary>
internal enum RootSource
{
    /// <summary>The peer is not verified.</summary>
    None,

    /// <summary>The roots of the mesh (secret ROOTCA).</summary>
    Mesh,

    /// <summary>The operating system's roots.</summary>
    System,
}
