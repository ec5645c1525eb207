using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Weft.Kubernetes.Client;

/// <summary>The connections of one client: TLS, client certificate, bearer token, keep-alive.</summary>
internal static class KubeTransport
{
    public static HttpClient Connect(KubeClientOptions options)
    {
        var sockets = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = System.Net.DecompressionMethods.GZip,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
            EnableMultipleHttp2Connections = true,
            // A peer that vanished without a word is noticed while a watch is silent.
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            SslOptions = Tls(options),
        };
        return new HttpClient(new LoginHandler(options, sockets))
        {
            BaseAddress = WithSlash(options.Server),
            // Limits are set per request: a watch has none.
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = options.Server.Scheme == Uri.UriSchemeHttps ? System.Net.HttpVersion.Version20 : System.Net.HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
    }

    private static Uri WithSlash(Uri server) => server.AbsoluteUri.EndsWith('/') ? server : new Uri(server.AbsoluteUri + "/");

    private static SslClientAuthenticationOptions Tls(KubeClientOptions options)
    {
        var tls = new SslClientAuthenticationOptions();
        if (options.ClientCertificate is { } certificate)
        {
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
        }

        if (options.SkipTlsVerification)
        {
#pragma warning disable CA5359 // The kubeconfig's insecure-skip-tls-verify asks for just this.
            tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (options.CertificateAuthorities is { Count: > 0 } authorities)
        {
            tls.CertificateChainPolicy = TrustOnly(authorities);
        }

        return tls;
    }

    private static X509ChainPolicy TrustOnly(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private sealed class LoginHandler(KubeClientOptions options, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (options.Token is { } token && await token(cancellationToken) is { Length: > 0 } value)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", value);
            }

            // SocketsHttpHandler asks TLS for the name of this header, whatever its options say.
            request.Headers.Host = options.TlsServerName;

            return await base.SendAsync(request, cancellationToken);
        }
    }
}
