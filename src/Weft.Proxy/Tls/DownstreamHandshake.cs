using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Weft.Proxy.Listeners;

namespace Weft.Proxy.Tls;

/// <summary>Options of one server handshake.</summary>
internal static class DownstreamHandshake
{
    /// <param name="inspected">The client's hello, for the name it asks and the protocols it offers.</param>
    /// <param name="certificate">What is presented.</param>
    /// <returns>Null as long as no certificate is there.</returns>
    public static SslServerAuthenticationOptions? Options(DownstreamTlsModel tls, SecretStore secrets, InspectionResult inspected, out CertificateModel? certificate)
    {
        certificate = Certificate(tls, secrets, inspected.ServerName);
        if (certificate is null)
        {
            return null;
        }

        // BoringSSL goes on without ALPN when nothing is common; SslStream would refuse.
        var common = tls.Alpn.FirstOrDefault(inspected.Protocols.Contains);
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate.Context,
            EnabledSslProtocols = tls.Protocols,
            CipherSuitesPolicy = tls.CipherSuites,
            // Where clients are verified they are asked; who sends none is judged below.
            ClientCertificateRequired = tls.RequireClientCertificate || tls.Validation.Roots is not null,
            ApplicationProtocols = common is null ? null : [new SslApplicationProtocol(common)],
            CertificateChainPolicy = tls.Validation.ChainPolicy(secrets),
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            AllowTlsResume = false,
            RemoteCertificateValidationCallback = (_, peer, _, errors) =>
                peer is null ? !tls.RequireClientCertificate : tls.Validation.Accepts(peer as X509Certificate2, errors),
        };
    }

    private static CertificateModel? Certificate(DownstreamTlsModel tls, SecretStore secrets, string serverName)
    {
        if (tls.Certificates is [var only])
        {
            return secrets.Certificate(only);
        }

        var present = tls.Certificates.Select(secrets.Certificate).OfType<CertificateModel>().ToList();
        return present.FirstOrDefault(certificate => serverName.Length > 0 && certificate.Leaf.MatchesHostname(serverName)) ?? present.FirstOrDefault();
    }
}
