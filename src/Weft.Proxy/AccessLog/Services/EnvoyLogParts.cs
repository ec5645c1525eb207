using System.Net.Security;
using Envoy.Data.Accesslog.V3;
using Weft.Proxy.Tls;
using OwnFlags = Weft.Proxy.Forwarding.ResponseFlags;

namespace Weft.Proxy.AccessLog.Services;

/// <summary>The structured parts of an entry: TLS and response flags.</summary>
internal static class EnvoyLogParts
{
    private static readonly (OwnFlags Flag, Action<ResponseFlags> Set)[] Known =
    [
        (OwnFlags.NoHealthyUpstream, flags => flags.NoHealthyUpstream = true),
        (OwnFlags.UpstreamRequestTimeout, flags => flags.UpstreamRequestTimeout = true),
        (OwnFlags.LocalReset, flags => flags.LocalReset = true),
        (OwnFlags.UpstreamRemoteReset, flags => flags.UpstreamRemoteReset = true),
        (OwnFlags.UpstreamConnectionFailure, flags => flags.UpstreamConnectionFailure = true),
        (OwnFlags.UpstreamConnectionTermination, flags => flags.UpstreamConnectionTermination = true),
        (OwnFlags.UpstreamOverflow, flags => flags.UpstreamOverflow = true),
        (OwnFlags.NoRouteFound, flags => flags.NoRouteFound = true),
        (OwnFlags.DelayInjected, flags => flags.DelayInjected = true),
        (OwnFlags.FaultInjected, flags => flags.FaultInjected = true),
        (OwnFlags.RateLimited, flags => flags.RateLimited = true),
        (OwnFlags.UnauthorizedExternalService, flags => flags.UnauthorizedDetails = new() { Reason = ResponseFlags.Types.Unauthorized.Types.Reason.ExternalService }),
        (OwnFlags.DownstreamConnectionTermination, flags => flags.DownstreamConnectionTermination = true),
        (OwnFlags.UpstreamRetryLimitExceeded, flags => flags.UpstreamRetryLimitExceeded = true),
        (OwnFlags.StreamIdleTimeout, flags => flags.StreamIdleTimeout = true),
        (OwnFlags.InvalidEnvoyRequestHeaders, flags => flags.InvalidEnvoyRequestHeaders = true),
        (OwnFlags.DownstreamProtocolError, flags => flags.DownstreamProtocolError = true),
        (OwnFlags.UpstreamMaxStreamDurationReached, flags => flags.UpstreamMaxStreamDurationReached = true),
        (OwnFlags.DurationTimeout, flags => flags.DurationTimeout = true),
        (OwnFlags.UpstreamProtocolError, flags => flags.UpstreamProtocolError = true),
        (OwnFlags.NoClusterFound, flags => flags.NoClusterFound = true),
        (OwnFlags.DnsResolutionFailed, flags => flags.DnsResolutionFailure = true),
    ];

    /// <returns>Null for none.</returns>
    public static ResponseFlags? Flags(OwnFlags flags)
    {
        if (flags == OwnFlags.None)
        {
            return null;
        }

        var all = new ResponseFlags();
        foreach (var (flag, set) in Known)
        {
            if (flags.HasFlag(flag))
            {
                set(all);
            }
        }

        return all;
    }

    public static TLSProperties Tls(TlsSession session, string? serverName) => new()
    {
        TlsVersion = session.Version switch
        {
            "TLSv1.3" => TLSProperties.Types.TLSVersion.Tlsv13,
            "TLSv1.2" => TLSProperties.Types.TLSVersion.Tlsv12,
            _ => TLSProperties.Types.TLSVersion.VersionUnspecified,
        },
        TlsCipherSuite = Enum.TryParse<TlsCipherSuite>(session.Cipher, out var suite) ? (uint)suite : null,
        TlsSniHostname = serverName ?? "",
        LocalCertificateProperties = session.LocalUri.Length > 0 ? new() { SubjectAltName = { Name(session.LocalUri) } } : null,
        PeerCertificateProperties = session.PeerHash.Length == 0 ? null : new()
        {
            SubjectAltName = { session.PeerNames.Uris.Select(Name), session.PeerNames.DnsNames.Select(name => new TLSProperties.Types.CertificateProperties.Types.SubjectAltName { Dns = name }) },
            Subject = session.PeerSubject,
            Issuer = session.PeerIssuer,
        },
    };

    private static TLSProperties.Types.CertificateProperties.Types.SubjectAltName Name(string uri) => new() { Uri = uri };
}
