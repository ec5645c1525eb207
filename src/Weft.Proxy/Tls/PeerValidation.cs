using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Weft.Proxy.Routing;

namespace Weft.Proxy.Tls;

/// <summary>How a peer's certificate is judged: which roots, and which of its SANs must match (Envoy's CertificateValidationContext).</summary>
internal sealed record PeerValidation
{
    /// <summary>The secret that holds the roots; null verifies nobody.</summary>
    public required string? Roots { get; init; }

    /// <summary>One of them must match one of the peer's SANs; empty accepts any.</summary>
    public ImmutableArray<StringMatcher> SubjectAltNames { get; init; } = [];

    /// <summary>SHA-256 of accepted certificates in lower-case hex (verify_certificate_hash); empty accepts any.</summary>
    public ImmutableArray<string> Hashes { get; init; } = [];

    /// <summary>The chain policy for one handshake; null when nothing is verified.</summary>
    public X509ChainPolicy? ChainPolicy(SecretStore secrets) => Roots is null ? null : Policy(secrets.Roots(Roots)?.Certificates ?? []);

    /// <summary>Whether a peer may pass, given what the handshake found about its chain.</summary>
    /// <param name="host">A DNS name that the certificate must bear besides (auto_san_validation); null asks for none.</param>
    public bool Accepts(X509Certificate2? certificate, SslPolicyErrors errors, string? host = null)
    {
        if (certificate is null)
        {
            return Roots is null;
        }

        if (Roots is not null && (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) != SslPolicyErrors.None)
        {
            return false;
        }

        return (SubjectAltNames.IsEmpty || MatchesName(certificate))
            && (Hashes.IsEmpty || Hashes.Contains(Convert.ToHexStringLower(SHA256.HashData(certificate.RawDataMemory.Span))))
            && (host is null || certificate.MatchesHostname(host, allowWildcards: true, allowCommonName: false));
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
