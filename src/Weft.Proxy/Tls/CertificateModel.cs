using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weft.Proxy.Tls;

/// <summary>A certificate with its key and intermediates, ready for handshakes. Immutable; replaced whole at renewal.</summary>
internal sealed record CertificateModel
{
    public required SslStreamCertificateContext Context { get; init; }

    /// <summary>The chain in PEM as it came, leaf first (for /certs and /config_dump; never the key).</summary>
    public required string ChainPem { get; init; }

    public required SubjectAltNames Names { get; init; }

    public X509Certificate2 Leaf => Context.TargetCertificate;

    /// <summary>The first URI SAN; empty without one.</summary>
    public string Uri => Names.Uris is [var uri, ..] ? uri : "";

    /// <exception cref="CryptographicException">No certificate and key in PEM, or a key of another certificate.</exception>
    public static CertificateModel FromPem(string chain, string key)
    {
        try
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPem(chain);
            return Of(X509Certificate2.CreateFromPem(chain, key), [.. all.Skip(1)], chain);
        }
        catch (ArgumentException error)
        {
            throw new CryptographicException(error.Message, error);
        }
    }

    public static CertificateModel Of(X509Certificate2 leaf, X509Certificate2Collection intermediates, string chainPem) => new()
    {
        Context = SslStreamCertificateContext.Create(leaf, intermediates, offline: true),
        ChainPem = chainPem,
        Names = SubjectAltNames.Of(leaf),
    };
}

/// <summary>Roots that verify peers.</summary>
internal sealed record TrustedRoots(X509Certificate2Collection Certificates, string Pem)
{
    /// <exception cref="CryptographicException">No certificate in it.</exception>
    public static TrustedRoots FromPem(string pem)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(pem);
        return certificates.Count > 0 ? new TrustedRoots(certificates, pem) : throw new CryptographicException("no certificate in PEM");
    }
}

/// <summary>The workload's own certificate, and the roots of its mesh.</summary>
internal sealed record WorkloadCertificate(CertificateModel Certificate, TrustedRoots Roots);
