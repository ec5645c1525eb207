using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Weft.Demos.Hosting;

namespace Weft.Demos.External;

/// <summary>
/// The certificate authority of the world outside: made at start, kept in memory only, gone with the process. It signs the certificates of external
/// hosts and nothing else. Who is to believe them (TLS clients in pods, sidecars that originate TLS) is given <see cref="Root"/>.
/// </summary>
public sealed class ExternalAuthority : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    private readonly X509Certificate2 _signer;
    private readonly DateTimeOffset _from;

    public ExternalAuthority(TimeProvider time)
    {
        _from = time.GetUtcNow().AddHours(-1);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Weft demo authority for hosts outside the mesh", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _signer = request.CreateSelfSigned(_from, _from + Lifetime);
        Root = X509CertificateLoader.LoadCertificate(_signer.RawData);
        Trust = new DemoTrust(Root);
    }

    /// <summary>The authority's certificate, without its key.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>The root as PEM, for files and foreign clients.</summary>
    public string RootPem => Root.ExportCertificatePem();

    /// <summary>Trust in this authority besides the system's, for <see cref="DemoContext.Trust"/>.</summary>
    public DemoTrust Trust { get; }

    public void Dispose()
    {
        _signer.Dispose();
        Root.Dispose();
    }

    /// <summary>A server certificate with its key, for the one name; the caller disposes it.</summary>
    internal X509Certificate2 Issue(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Root, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        using var certificate = request.Create(_signer, _from, _from + Lifetime, RandomNumberGenerator.GetBytes(16));
        return certificate.CopyWithPrivateKey(key);
    }
}
