using System.Net.Security;

namespace Weft.Runtime.Pods;

/// <summary>The HTTP client of probes: no proxy, no redirects, no cookies, any certificate, as the kubelet's.</summary>
internal static class ProbeHttp
{
    public static HttpMessageInvoker Create() => new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.Zero,
        SslOptions = new SslClientAuthenticationOptions
        {
            // A probe asks whether the container answers, not who it is; the kubelet does not verify either.
#pragma warning disable CA5359 // See above.
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
        },
    });
}
