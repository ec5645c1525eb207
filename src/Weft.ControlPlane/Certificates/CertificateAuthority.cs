using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weft.ControlPlane.Certificates;

/// <summary>Signs workload certificates and the control plane's serving certificate: as the mesh's own root, or for roots that an operator plugged in. Owns the key.</summary>
public sealed class CertificateAuthority : IDisposable
{
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(24);
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(90);
    private static readonly TimeSpan s_rootLifetime = TimeSpan.FromDays(3650);

    /// <summary>Leaves are valid a little earlier, for callers whose clocks are behind.</summary>
    private static readonly TimeSpan s_backdating = TimeSpan.FromMinutes(2);

    private const int KeySize = 2048;
    private const int SerialLength = 16;

    private readonly X509Certificate2 _signer;
    private readonly AsymmetricAlgorithm _key;
    private readonly TimeProvider _time;

    private CertificateAuthority(X509Certificate2 signer, AsymmetricAlgorithm key, X509Certificate2Collection chain, X509Certificate2Collection roots, string rootPem, TimeProvider time)
    {
        _signer = signer;
        _key = key;
        _time = time;
        Chain = chain;
        Roots = roots;
        RootPem = rootPem;
    }

    /// <summary>The root certificates, as clients trust them.</summary>
    public string RootPem { get; }

    public X509Certificate2Collection Roots { get; }

    /// <summary>What leads from a leaf to the roots; empty where the root itself signs.</summary>
    public X509Certificate2Collection Chain { get; }

    public DateTimeOffset RootNotAfter => new(Root.NotAfter.ToUniversalTime());

    /// <summary>The key in PKCS #8; only for the Secret that keeps it.</summary>
    internal string KeyPem => _key is RSA rsa ? rsa.ExportRSAPrivateKeyPem() + "\n" : _key.ExportPkcs8PrivateKeyPem() + "\n";

    /// <summary>A new self-signed root.</summary>
    public static CertificateAuthority Create(string trustDomain, TimeProvider time)
    {
        var key = RSA.Create(KeySize);
        var request = new CertificateRequest($"O={trustDomain}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var now = time.GetUtcNow();
        using var signed = request.Create(request.SubjectName, X509SignatureGenerator.CreateForRSA(key, RSASignaturePadding.Pkcs1), now, now + s_rootLifetime, NewSerial());
        return OfRoot(X509CertificateLoader.LoadCertificate(signed.RawData), key, time);
    }

    /// <summary>The root that was kept. Throws CryptographicException when the texts are no certificate and its key.</summary>
    public static CertificateAuthority Load(string rootPem, string keyPem, TimeProvider time)
    {
        var key = RSA.Create();
        key.ImportFromPem(keyPem);
        var root = X509Certificate2.CreateFromPem(rootPem);
        if (!root.GetRSAPublicKey()!.ExportRSAPublicKey().AsSpan().SequenceEqual(key.ExportRSAPublicKey()))
        {
            throw new CryptographicException("the key of the certificate authority does not belong to its certificate");
        }

        return OfRoot(root, key, time);
    }

    /// <summary>Signs by a certificate of other roots (Istio's "Plug in CA Certificates").</summary>
    /// <param name="chain">From the signing certificate upwards; may be empty.</param>
    /// <exception cref="CryptographicException">They are no certificates, or do not belong together.</exception>
    public static CertificateAuthority LoadPluggedIn(string certificatePem, string keyPem, string chain, string rootPem, TimeProvider time)
    {
        var signer = WithKey(certificatePem, keyPem);
        var key = (AsymmetricAlgorithm?)signer.GetRSAPrivateKey() ?? signer.GetECDsaPrivateKey() ?? throw new CryptographicException("the key is neither RSA nor ECDSA");
        var (above, roots) = (new X509Certificate2Collection(), new X509Certificate2Collection());
        above.ImportFromPem(chain);
        roots.ImportFromPem(rootPem);
        if (!above.Any(certificate => certificate.RawData.AsSpan().SequenceEqual(signer.RawData)))
        {
            above.Insert(0, X509CertificateLoader.LoadCertificate(signer.RawData));
        }

        if (signer.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is not { CertificateAuthority: true })
        {
            throw new CryptographicException("the certificate may not sign others");
        }

        return ClientCertificateVerifier.IsTrusted(signer, roots, above, time.GetUtcNow())
            ? new CertificateAuthority(signer, key, above, roots, rootPem, time)
            : throw new CryptographicException("the certificate does not descend from the roots, or is not valid now");
    }

    /// <summary>A workload certificate for the caller. Of the signing request only the public key counts.</summary>
    /// <param name="lifetime">Zero or less asks for the default.</param>
    /// <returns>The chain, one PEM each, the root last.</returns>
    /// <exception cref="CertificateRefusedException">The request is not a signed request, or asks for too long a life.</exception>
    public IReadOnlyList<string> SignWorkload(string signingRequestPem, CallerIdentity identity, TimeSpan lifetime)
    {
        var asked = lifetime <= TimeSpan.Zero ? DefaultLifetime : lifetime;
        if (asked > MaxLifetime)
        {
            throw new CertificateRefusedException($"CSR signing error (requested TTL {GoText(asked)} is greater than the max allowed TTL {GoText(MaxLifetime)})");
        }

        var request = new CertificateRequest(new X500DistinguishedName(""), PublicKeyOf(signingRequestPem), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(identity.Spiffe));
        // The subject is empty, so the name is critical (RFC 5280 4.2.1.6).
        using var leaf = Sign(request, names.Build(critical: true), asked);
        return [Pem(leaf), .. Chain.Select(Pem), RootPem];
    }

    /// <summary>A serving certificate with its key for the given host names.</summary>
    public X509Certificate2 SignServer(IEnumerable<string> hosts, TimeSpan lifetime)
    {
        using var key = RSA.Create(KeySize);
        var request = new CertificateRequest("", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            if (System.Net.IPAddress.TryParse(host, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(host);
            }
        }

        using var leaf = Sign(request, names.Build(critical: true), lifetime);
        using var withKey = leaf.CopyWithPrivateKey(key);
        // TLS on some platforms cannot use an ephemeral key object: go through PKCS #12.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>The root as a certificate to trust.</summary>
    public X509Certificate2 Root => X509CertificateLoader.LoadCertificate(Roots[0].RawData);

    public void Dispose()
    {
        _key.Dispose();
        _signer.Dispose();
    }

    private static CertificateAuthority OfRoot(X509Certificate2 root, RSA key, TimeProvider time) => new(root, key, [], [root], Pem(root), time);

    private static X509Certificate2 WithKey(string certificatePem, string keyPem)
    {
        try
        {
            return X509Certificate2.CreateFromPem(certificatePem, keyPem);
        }
        catch (ArgumentException error)
        {
            throw new CryptographicException(error.Message, error);
        }
    }

    private static PublicKey PublicKeyOf(string signingRequestPem)
    {
        try
        {
            return CertificateRequest.LoadSigningRequestPem(signingRequestPem, HashAlgorithmName.SHA256).PublicKey;
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new CertificateRefusedException($"CSR parsing error ({error.Message})");
        }
    }

    private X509Certificate2 Sign(CertificateRequest request, X509Extension names, TimeSpan lifetime)
    {
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        if (_signer.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault() is { } identifier)
        {
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(identifier));
        }

        request.CertificateExtensions.Add(names);
        var now = _time.GetUtcNow();
        var signerEnd = new DateTimeOffset(_signer.NotAfter.ToUniversalTime());
        var end = now + lifetime < signerEnd ? now + lifetime : signerEnd;
        var generator = _key is RSA rsa ? X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1) : X509SignatureGenerator.CreateForECDsa((ECDsa)_key);
        return request.Create(_signer.SubjectName, generator, now - s_backdating, end, NewSerial());
    }

    private static byte[] NewSerial()
    {
        var serial = RandomNumberGenerator.GetBytes(SerialLength);
        // A serial number is a positive integer.
        serial[0] &= 0x7F;
        return serial;
    }

    private static string Pem(X509Certificate2 certificate) => certificate.ExportCertificatePem() + "\n";

    private static string GoText(TimeSpan value) => string.Create(CultureInfo.InvariantCulture, $"{(long)value.TotalHours}h{value.Minutes}m{value.Seconds}s");
}

/// <summary>A signing request that cannot be granted; the message is the answer.</summary>
public sealed class CertificateRefusedException(string message) : Exception(message);
