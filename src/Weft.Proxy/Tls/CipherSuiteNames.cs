using System.Net.Security;
using System.Runtime.Versioning;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Tls;

/// <summary>Cipher suites of TLS 1.2 by OpenSSL's names, as Istio's Gateway and MeshConfig list them.</summary>
internal static class CipherSuiteNames
{
    // TLS 1.3 has no list to choose from in Envoy either.
    private static readonly TlsCipherSuite[] Tls13 =
        [TlsCipherSuite.TLS_AES_128_GCM_SHA256, TlsCipherSuite.TLS_AES_256_GCM_SHA384, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256];

    private static readonly Dictionary<string, TlsCipherSuite> Names = new(StringComparer.Ordinal)
    {
        ["ECDHE-ECDSA-AES128-GCM-SHA256"] = TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        ["ECDHE-RSA-AES128-GCM-SHA256"] = TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        ["ECDHE-ECDSA-AES256-GCM-SHA384"] = TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        ["ECDHE-RSA-AES256-GCM-SHA384"] = TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        ["ECDHE-ECDSA-CHACHA20-POLY1305"] = TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        ["ECDHE-RSA-CHACHA20-POLY1305"] = TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        ["ECDHE-ECDSA-AES128-SHA"] = TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
        ["ECDHE-RSA-AES128-SHA"] = TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
        ["ECDHE-ECDSA-AES256-SHA"] = TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
        ["ECDHE-RSA-AES256-SHA"] = TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
        ["AES128-GCM-SHA256"] = TlsCipherSuite.TLS_RSA_WITH_AES_128_GCM_SHA256,
        ["AES256-GCM-SHA384"] = TlsCipherSuite.TLS_RSA_WITH_AES_256_GCM_SHA384,
        ["AES128-SHA"] = TlsCipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA,
        ["AES256-SHA"] = TlsCipherSuite.TLS_RSA_WITH_AES_256_CBC_SHA,
    };

    /// <param name="names">Groups of equal preference may stand in brackets: <c>[A|B]</c>.</param>
    /// <returns>Null for no names: the system's choice.</returns>
    /// <exception cref="ResourceRejectedException">A name that is not known.</exception>
    public static CipherSuitesPolicy? Policy(IReadOnlyCollection<string> names)
    {
        if (names.Count == 0 || !IsSupported)
        {
            return null;
        }

        var suites = names.SelectMany(name => name.Trim('[', ']').Split('|')).Select(Suite);
        return new CipherSuitesPolicy(Tls13.Concat(suites));
    }

    [UnsupportedOSPlatformGuard("windows")]
    private static bool IsSupported => !OperatingSystem.IsWindows();

    private static TlsCipherSuite Suite(string name) =>
        Names.TryGetValue(name, out var suite) ? suite : throw new ResourceRejectedException($"cipher suite {name} is not known");
}
