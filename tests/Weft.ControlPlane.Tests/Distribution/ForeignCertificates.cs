using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weft.ControlPlane.Distribution;

/// <summary>A folder with a root, a client's and a server's certificate under it, each with a SPIFFE name, and their keys, as PEM.</summary>
internal sealed class ForeignCertificates : IDisposable
{
    private static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();

    public ForeignCertificates(string serverName)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var root = request.CreateSelfSigned(s_now.AddHours(-1), s_now.AddDays(1));
        File.WriteAllText(Path.Combine(Folder, "root.pem"), root.ExportCertificatePem());
        Write("client", "spiffe://cluster.local/ns/travel-portal/sa/client", root);
        Write("server", serverName, root);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("weft-foreign-").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void Write(string file, string name, X509Certificate2 root)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(name));
        request.CertificateExtensions.Add(names.Build(critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        using var certificate = request.Create(root, s_now.AddHours(-1), s_now.AddHours(12), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(Path.Combine(Folder, file + ".pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(Folder, file + "-key.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
