using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weft.Kubernetes.Client;

/// <summary>Certificates from PEM text; nothing is stored outside memory.</summary>
public static class PemCertificates
{
    public static X509Certificate2Collection ReadAll(string pem)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new KubeconfigException($"a certificate cannot be read: {e.Message}", e);
        }

        return certificates.Count > 0 ? certificates : throw new KubeconfigException("there is no certificate in the PEM text");
    }

    /// <summary>A certificate that can prove itself.</summary>
    public static X509Certificate2 ReadWithKey(string certificatePem, string keyPem)
    {
        try
        {
            using var ephemeral = X509Certificate2.CreateFromPem(certificatePem, keyPem);
            // TLS does not take a key that was never imported.
            return X509CertificateLoader.LoadPkcs12(ephemeral.Export(X509ContentType.Pkcs12), null);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new KubeconfigException($"the client certificate and its key cannot be used: {e.Message}", e);
        }
    }
}
