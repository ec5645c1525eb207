using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Weft.ApiServer.Support;

namespace Weft.ApiServer.Stories;

/// <summary>A client certificate of the user `viewer` in group `viewers`, who has no rights.</summary>
internal static class ViewerCertificate
{
    public static X509Certificate2 Issue(RunningServer server)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=viewer, O=viewers", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        using var issued = request.Create(server.Host.Authority, server.Host.AdminCertificate.NotBefore.ToUniversalTime(), server.Host.AdminCertificate.NotAfter.ToUniversalTime(), RandomNumberGenerator.GetBytes(16));
        return issued.CopyWithPrivateKey(key);
    }
}
