using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;

namespace Weft.ControlPlane.Generation.Secrets;

/// <summary>Credentials of gateways as Envoy's secrets. Who may have them was decided before.</summary>
public static class SecretGenerator
{
    /// <summary>Null when the Secret is missing or incomplete: the proxy waits for it, and its last good one stays.</summary>
    public static Secret? Of(CredentialName name, CredentialStore credentials) => name.IsPublic ? PublicRoots(name, credentials) : name.IsRoots ? Roots(name, credentials) : Certificate(name, credentials);

    private static Secret? Certificate(CredentialName name, CredentialStore credentials) => credentials.CertificateOf(name.Secret) is not var (chain, key) ? null : new Secret
    {
        Name = name.Resource,
        TlsCertificate = new TlsCertificate { CertificateChain = Inline(chain.AsSpan()), PrivateKey = Inline(key.AsSpan()) },
    };

    private static Secret? PublicRoots(CredentialName name, CredentialStore credentials) => credentials.PublicRootsOf(name.Secret) is not { } roots ? null : new Secret
    {
        Name = name.Resource,
        ValidationContext = new CertificateValidationContext { TrustedCa = Inline(System.Text.Encoding.UTF8.GetBytes(roots)) },
    };

    private static Secret? Roots(CredentialName name, CredentialStore credentials)
    {
        var holder = credentials.Contains(name.Secret) ? name.Secret : name.Stripped;
        if (credentials.RootsOf(holder) is not var (roots, revocations))
        {
            return null;
        }

        var validation = new CertificateValidationContext { TrustedCa = Inline(roots.AsSpan()) };
        if (revocations.Length > 0)
        {
            validation.Crl = Inline(revocations.AsSpan());
        }

        return new Secret { Name = name.Resource, ValidationContext = validation };
    }

    private static DataSource Inline(ReadOnlySpan<byte> content) => new() { InlineBytes = ByteString.CopyFrom(content) };
}
