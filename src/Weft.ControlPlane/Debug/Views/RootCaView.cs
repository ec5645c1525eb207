using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Weft.ControlPlane.Debug.Views;

/// <summary>Whether two proxies trust a root in common, as <c>istioctl proxy-config rootca-compare</c> tells it.</summary>
public static class RootCaView
{
    private const string Roots = "ROOTCA";

    /// <summary>The roots that a proxy's peers are verified by, as their certificates' bytes; null when it has none or they cannot be read.</summary>
    public static IReadOnlySet<string>? RootsOf(EnvoyDump dump)
    {
        var secret = EnvoyDump.Items(dump.Part("SecretsConfigDump"), "dynamicActiveSecrets").FirstOrDefault(entry => EnvoyDump.Text(entry, "name") == Roots);
        var trusted = EnvoyDump.Object(secret, "secret", "validationContext", "trustedCa");
        try
        {
            var pem = EnvoyDump.Text(trusted, "inlineString") is { Length: > 0 } text ? text : Encoding.ASCII.GetString(Convert.FromBase64String(EnvoyDump.Text(trusted, "inlineBytes")));
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(pem);
            return certificates.Count == 0 ? null : certificates.Select(certificate => certificate.GetCertHashString(HashAlgorithmName.SHA256)).ToHashSet();
        }
        catch (Exception error) when (error is CryptographicException or FormatException)
        {
            return null;
        }
    }

    /// <summary>The sentence of the two pods, given as NAME.NAMESPACE.</summary>
    public static string Text(string one, string other, bool isSame) =>
        $"Both [{one}] and [{other}] have the {(isSame ? "identical" : "non identical")} ROOTCA, theoretically the connectivity between them is {(isSame ? "available" : "unavailable")}";
}
