using Weft.Istio.Admission.Checks;

namespace Weft.Istio.Admission;

/// <summary>The connection pool of a traffic policy or a Sidecar.</summary>
internal static class ConnectionPoolRules
{
    private static readonly (string Field, string Name)[] s_httpLimits =
    [
        ("http1MaxPendingRequests", "http1 max pending requests"), ("http2MaxRequests", "http2 max requests"),
        ("maxRequestsPerConnection", "max requests per connection"), ("maxRetries", "max retries"),
    ];

    public static Findings Check(Spec pool)
    {
        var findings = new Findings();
        if (!pool.Exists)
        {
            return findings;
        }

        var (http, tcp) = (pool.Message("http"), pool.Message("tcp"));
        if (!http.Exists && !tcp.Exists)
        {
            findings.Error("connection pool must have at least one field");
            return findings;
        }

        foreach (var (field, name) in s_httpLimits)
        {
            NotNegative(http, field, name, findings);
        }

        findings.Error(Values.Duration(http.Duration("idleTimeout")));
        findings.ErrorIf(http.Text("h2UpgradePolicy") == "UPGRADE" && http.Flag("useClientProtocol"), "use client protocol must not be true when H2UpgradePolicy is UPGRADE");
        NotNegative(http, "maxConcurrentStreams", "max concurrent streams", findings);
        CheckTcp(tcp, findings);
        return findings;
    }

    private static void CheckTcp(Spec tcp, Findings findings)
    {
        NotNegative(tcp, "maxConnections", "max connections", findings);
        findings.Error(Values.Duration(tcp.Duration("connectTimeout")));
        findings.Error(Values.Duration(tcp.Duration("maxConnectionDuration")));

        // No time at all switches the time-out off.
        findings.Error(tcp.Duration("idleTimeout") is { } idle && (long)idle.TotalMilliseconds != 0 ? Values.Duration(idle) : null);
        var keepAlive = tcp.Message("tcpKeepalive");
        findings.Error(Values.Duration(keepAlive.Duration("time")));
        findings.Error(Values.Duration(keepAlive.Duration("interval")));
    }

    private static void NotNegative(Spec settings, string field, string name, Findings findings) =>
        findings.ErrorIf(settings.Number(field) < 0, $"{name} must be non-negative");
}
