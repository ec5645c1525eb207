using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Weft.Runtime.Commands;

/// <summary>HTTP as a command in a container speaks it: over the container's network, with nothing added.</summary>
internal static class CommandHttp
{
    /// <param name="call">Whose network and trust are used.</param>
    /// <param name="dialAsync">Opens a connection; its failures come out as the inner exception of HttpRequestException.</param>
    public static SocketsHttpHandler CreateHandler(CommandCall call, Func<string, int, CancellationToken, Task<Stream>> dialAsync) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        ConnectCallback = async (context, cancellationToken) => await dialAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken),
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(call.ExternalRoots, certificate, chain, errors) },
    };

    private static bool IsTrusted(X509Certificate2Collection roots, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || roots.Count == 0 || certificate is not X509Certificate2 leaf)
            return errors == SslPolicyErrors.None;
        using var own = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
        own.ChainPolicy.CustomTrustStore.AddRange(roots);
        foreach (var sent in chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            own.ChainPolicy.ExtraStore.Add(sent.Certificate);
        return own.Build(leaf);
    }
}
