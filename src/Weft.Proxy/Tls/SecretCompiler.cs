using System.Security.Cryptography;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Tls;

/// <summary>Takes secrets as the control plane serves them (SDS).</summary>
internal static class SecretCompiler
{
    /// <exception cref="ResourceRejectedException">Not a certificate with its key nor roots, or nothing that can be read. Keys are never named.</exception>
    public static void Apply(Secret secret, SecretStore store)
    {
        try
        {
            switch (secret.TypeCase)
            {
                case Secret.TypeOneofCase.TlsCertificate:
                    store.Replace(secret.Name, CertificateModel.FromPem(Text(secret.TlsCertificate.CertificateChain), Text(secret.TlsCertificate.PrivateKey)));
                    break;
                case Secret.TypeOneofCase.ValidationContext when secret.ValidationContext.Crl is null:
                    store.Replace(secret.Name, TrustedRoots.FromPem(Text(secret.ValidationContext.TrustedCa)));
                    break;
                case Secret.TypeOneofCase.ValidationContext:
                    throw new ResourceRejectedException("certificate revocation lists are not supported");
                default:
                    throw new ResourceRejectedException($"a secret of type {secret.TypeCase} is not supported");
            }
        }
        catch (CryptographicException error)
        {
            throw new ResourceRejectedException($"cannot be read: {error.Message}");
        }
    }

    private static string Text(DataSource? source) => source?.SpecifierCase switch
    {
        DataSource.SpecifierOneofCase.InlineBytes => source.InlineBytes.ToStringUtf8(),
        DataSource.SpecifierOneofCase.InlineString => source.InlineString,
        _ => throw new ResourceRejectedException($"data from {source?.SpecifierCase.ToString() ?? "nowhere"} is not supported; only inline_bytes and inline_string are"),
    };
}
