using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Weft.Xds;

namespace Weft.ControlPlane;

/// <summary>The control plane's own counters, by istiod's names; one instance per mesh.</summary>
public sealed class ControlPlaneDiagnostics : IDisposable
{
    private readonly Meter _meter = new("Weft.ControlPlane");
    private readonly Histogram<double> _pushTime;
    private readonly ConcurrentDictionary<string, long> _counters = new();

    public ControlPlaneDiagnostics() => _pushTime = _meter.CreateHistogram<double>("pilot_xds_push_time", "s");

    /// <summary>Series by name with labels, in the text form of Prometheus.</summary>
    public IReadOnlyDictionary<string, long> Counters => _counters;

    public static string ShortType(string typeUrl) => typeUrl switch
    {
        TypeUrls.Cluster => "cds",
        TypeUrls.Endpoint => "eds",
        TypeUrls.Listener => "lds",
        TypeUrls.Route => "rds",
        TypeUrls.Secret => "sds",
        TypeUrls.ExtensionConfig => "ecds",
        TypeUrls.NameTable => "nds",
        _ => typeUrl,
    };

    public void CountPush(string typeUrl) => Count($"pilot_xds_pushes{{type=\"{ShortType(typeUrl)}\"}}");

    public void CountReject(string typeUrl) => Count($"pilot_total_xds_rejects{{type=\"{ShortType(typeUrl)}\"}}");

    public void CountExpiredNonce() => Count("pilot_xds_expired_nonce");

    public void CountCertificate(string outcome) => Count($"citadel_server_{outcome}_count");

    public void CountInjection(string outcome) => Count($"sidecar_injection_{outcome}_total");

    public void RecordPushTime(TimeSpan elapsed) => _pushTime.Record(elapsed.TotalSeconds);

    public void Dispose() => _meter.Dispose();

    private void Count(string series) => _counters.AddOrUpdate(series, 1, (_, count) => count + 1);
}
