using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Weft.ApiServer.Security;

/// <summary>The kubeconfig of the administrator: what kubectl needs to talk to this server.</summary>
internal static class KubeconfigFile
{
    public static void Write(string file, Uri address, StatePki pki)
    {
        using var key = pki.Admin.GetECDsaPrivateKey()!;
        StatePki.WritePrivate(file, $"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: weft
              cluster:
                server: {address.ToString().TrimEnd('/')}
                certificate-authority-data: {Encode(pki.AuthorityPem)}
            users:
            - name: weft-admin
              user:
                client-certificate-data: {Encode(pki.Admin.ExportCertificatePem())}
                client-key-data: {Encode(key.ExportPkcs8PrivateKeyPem())}
            contexts:
            - name: weft
              context:
                cluster: weft
                user: weft-admin
            current-context: weft

            """);
    }

    private static string Encode(string pem) => Convert.ToBase64String(Encoding.ASCII.GetBytes(pem + "\n"));
}
