using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Security;

/// <summary>The server's own keys and certificates in `pki/` of the state folder: made once, kept over restarts.</summary>
internal sealed class StatePki : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const int ValidYears = 10;

    private StatePki(X509Certificate2 authority, X509Certificate2 server, X509Certificate2 admin, ECDsa serviceAccountKey)
    {
        Authority = authority;
        Server = server;
        Admin = admin;
        ServiceAccountKey = serviceAccountKey;
    }

    public X509Certificate2 Authority { get; }

    public X509Certificate2 Server { get; }

    /// <summary>CN kubernetes-admin, O system:masters.</summary>
    public X509Certificate2 Admin { get; }

    /// <summary>Signs service-account tokens (ES256).</summary>
    public ECDsa ServiceAccountKey { get; }

    public string AuthorityPem => Authority.ExportCertificatePem();

    public static StatePki Open(string folder, TimeProvider time)
    {
        Directory.CreateDirectory(folder);
        var now = time.GetUtcNow();
        var authority = LoadOrCreate(folder, "ca", () => CreateAuthority(now));
        var server = LoadOrCreate(folder, "apiserver", () => Issue(authority, "CN=kube-apiserver", ServerAuthentication, now, ServerNames()));
        var admin = LoadOrCreate(folder, "admin", () => Issue(authority, "CN=kubernetes-admin, O=system:masters", ClientAuthentication, now, null));
        return new StatePki(authority, server, admin, LoadOrCreateKey(Path.Combine(folder, "sa.key")));
    }

    public void Dispose()
    {
        Authority.Dispose();
        Server.Dispose();
        Admin.Dispose();
        ServiceAccountKey.Dispose();
    }

    /// <summary>Writes a file only its owner can read, in one step: a kill leaves the old file or the new one.</summary>
    public static void WritePrivate(string file, string content)
    {
        var temporary = file + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(temporary, options)) writer.Write(content);
        File.Move(temporary, file, overwrite: true);
    }

    private static X509Certificate2 LoadOrCreate(string folder, string name, Func<X509Certificate2> create)
    {
        var certificateFile = Path.Combine(folder, name + ".crt");
        var keyFile = Path.Combine(folder, name + ".key");
        if (File.Exists(certificateFile))
        {
            try
            {
                return X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
            }
            catch (Exception exception) when (exception is CryptographicException or ArgumentException or IOException)
            {
                throw new StateDamagedException(certificateFile, exception.Message, exception);
            }
        }

        var created = create();
        using var key = created.GetECDsaPrivateKey()!;
        WritePrivate(keyFile, key.ExportPkcs8PrivateKeyPem());
        WritePrivate(certificateFile, created.ExportCertificatePem());
        return created;
    }

    private static ECDsa LoadOrCreateKey(string file)
    {
        if (!File.Exists(file))
        {
            var created = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            WritePrivate(file, created.ExportPkcs8PrivateKeyPem());
            return created;
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(file));
            return key;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new StateDamagedException(file, exception.Message, exception);
        }
    }

    private static X509Certificate2 CreateAuthority(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kubernetes", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(now.AddDays(-1), now.AddYears(ValidYears));
    }

    private static SubjectAlternativeNameBuilder ServerNames()
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        foreach (var name in new[] { "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local" })
            names.AddDnsName(name);
        return names;
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string subject, string usage, DateTimeOffset now, SubjectAlternativeNameBuilder? names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        if (names is not null) request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(authority, now.AddDays(-1), now.AddYears(ValidYears).AddDays(-2), RandomNumberGenerator.GetBytes(16));
        return issued.CopyWithPrivateKey(key);
    }
}
