using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Weft.Demos.Hosting;

/// <summary>Whom a workload's TLS clients trust: the system's roots and those given here, as a container image with one more CA file would.</summary>
public sealed class DemoTrust(params IReadOnlyList<X509Certificate2> additionalRoots)
{
    /// <summary>The system's roots only.</summary>
    public static DemoTrust System { get; } = new();

    /// <summary>A certificate for the host's name that leads to one of the roots.</summary>
    internal bool Accepts(object sender, X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }

        // A wrong name or no certificate stays wrong whatever the roots are.
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 leaf || additionalRoots.Count == 0)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.AddRange(additionalRoots.ToArray());
        chain.ChainPolicy.ExtraStore.AddRange(presented?.ChainElements.Select(element => element.Certificate).ToArray() ?? []);
        return chain.Build(leaf);
    }
}
