namespace Weft.Proxy.Forwarding;

/// <summary>Envoy's response flags that this proxy can set; <see cref="ResponseFlagText"/> knows the order of their emission.</summary>
[Flags]
internal enum ResponseFlags
{
    None = 0,
    NoHealthyUpstream = 1 << 0,
    UpstreamRequestTimeout = 1 << 1,
    UpstreamRemoteReset = 1 << 2,
    UpstreamConnectionFailure = 1 << 3,
    UpstreamConnectionTermination = 1 << 4,
    NoRouteFound = 1 << 5,
    DownstreamConnectionTermination = 1 << 6,
    UpstreamRetryLimitExceeded = 1 << 7,
    StreamIdleTimeout = 1 << 8,
    DownstreamProtocolError = 1 << 9,
    UpstreamProtocolError = 1 << 10,
    NoClusterFound = 1 << 11,
    DnsResolutionFailed = 1 << 12,
    DelayInjected = 1 << 13,
    FaultInjected = 1 << 14,
    UpstreamOverflow = 1 << 15,
    UnauthorizedExternalService = 1 << 16,
    RateLimited = 1 << 17,
    DurationTimeout = 1 << 18,
    UpstreamMaxStreamDurationReached = 1 << 19,
    LocalReset = 1 << 20,
    InvalidEnvoyRequestHeaders = 1 << 21,
}

/// <summary>The names of the flags, as access log and metrics print them.</summary>
internal static class ResponseFlagText
{
    private static readonly (ResponseFlags Flag, string Text)[] Names =
    [
        (ResponseFlags.NoHealthyUpstream, "UH"),
        (ResponseFlags.UpstreamRequestTimeout, "UT"),
        (ResponseFlags.LocalReset, "LR"),
        (ResponseFlags.UpstreamRemoteReset, "UR"),
        (ResponseFlags.UpstreamConnectionFailure, "UF"),
        (ResponseFlags.UpstreamConnectionTermination, "UC"),
        (ResponseFlags.UpstreamOverflow, "UO"),
        (ResponseFlags.NoRouteFound, "NR"),
        (ResponseFlags.DelayInjected, "DI"),
        (ResponseFlags.FaultInjected, "FI"),
        (ResponseFlags.RateLimited, "RL"),
        (ResponseFlags.UnauthorizedExternalService, "UAEX"),
        (ResponseFlags.DownstreamConnectionTermination, "DC"),
        (ResponseFlags.UpstreamRetryLimitExceeded, "URX"),
        (ResponseFlags.StreamIdleTimeout, "SI"),
        (ResponseFlags.InvalidEnvoyRequestHeaders, "IH"),
        (ResponseFlags.DownstreamProtocolError, "DPE"),
        (ResponseFlags.UpstreamMaxStreamDurationReached, "UMSDR"),
        (ResponseFlags.DurationTimeout, "DT"),
        (ResponseFlags.UpstreamProtocolError, "UPE"),
        (ResponseFlags.NoClusterFound, "NC"),
        (ResponseFlags.DnsResolutionFailed, "DF"),
    ];

    /// <summary>Short names (%RESPONSE_FLAGS%); <c>-</c> for none.</summary>
    public static string Of(ResponseFlags flags) => flags switch
    {
        ResponseFlags.None => "-",
        _ => string.Join(',', Names.Where(name => flags.HasFlag(name.Flag)).Select(name => name.Text)),
    };

    /// <summary>Names in full (%RESPONSE_FLAGS_LONG%); <c>-</c> for none.</summary>
    public static string LongOf(ResponseFlags flags) => flags switch
    {
        ResponseFlags.None => "-",
        _ => string.Join(',', Names.Where(name => flags.HasFlag(name.Flag)).Select(name => name.Flag.ToString())),
    };

    /// <summary>The flags behind short names; names that this proxy never sets are left out.</summary>
    public static ResponseFlags Parse(IEnumerable<string> texts) =>
        texts.Aggregate(ResponseFlags.None, (all, text) => all | Names.FirstOrDefault(name => name.Text == text).Flag);
}
