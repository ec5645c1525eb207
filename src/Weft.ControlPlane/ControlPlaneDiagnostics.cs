using System.Collections.Concurrent;
using Weft.Xds;

namespace Weft.ControlPlane;

/// <summary>The control plane's own counters and distributions, by istiod's names; one instance per mesh. Safe for concurrent calls.</summary>
public sealed class ControlPlaneDiagnostics
{
    private static readonly double[] s_pushSeconds = [0.01, 0.1, 0.5, 1, 3, 5, 10, 20, 30];
    private static readonly double[] s_convergenceSeconds = [0.1, 0.5, 1, 3, 5, 10, 20, 30];
    private static readonly double[] s_snapshotSeconds = [0.01, 0.1, 0.5, 1, 3, 5];
    private static readonly double[] s_sizes = [1, 10_000, 1_000_000, 4_000_000, 10_000_000, 40_000_000];

    private readonly ConcurrentDictionary<(string Family, string Labels), long> _counters = new();
    private readonly ConcurrentDictionary<(string Family, string Labels), MetricDistribution> _distributions = new();

    /// <summary>Counters by family and labels (as Prometheus writes them, without braces; empty for none).</summary>
    public IReadOnlyDictionary<(string Family, string Labels), long> Counters => _counters;

    internal IReadOnlyDictionary<(string Family, string Labels), MetricDistribution> Distributions => _distributions;

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

    public void CountPush(string typeUrl, int size)
    {
        Count("pilot_xds_pushes", Label("type", ShortType(typeUrl)));
        Record("pilot_xds_config_size_bytes", Label("type", typeUrl), size, s_sizes);
    }

    public void CountReject(string typeUrl) => Count("pilot_total_xds_rejects", Label("type", ShortType(typeUrl)));

    public void CountExpiredNonce() => Count("pilot_xds_expired_nonce", "");

    public void CountCertificate(string outcome) => Count($"citadel_server_{outcome}_count", "");

    /// <summary>A snapshot went out because of changed configuration (config) or endpoints alone (endpoint).</summary>
    public void CountTrigger(string kind) => Count("pilot_push_triggers", Label("type", kind));

    /// <summary>From a burst's first change to its snapshot.</summary>
    public void RecordDebounce(TimeSpan elapsed) => Record("pilot_debounce_time", "", elapsed.TotalSeconds, s_pushSeconds);

    public void RecordSnapshot(TimeSpan elapsed) => Record("pilot_pushcontext_init_seconds", "", elapsed.TotalSeconds, s_snapshotSeconds);

    /// <summary>From a snapshot to the last response that one proxy was sent of it.</summary>
    public void RecordConvergence(TimeSpan elapsed)
    {
        Record("pilot_xds_push_time", Label("type", "all"), elapsed.TotalSeconds, s_pushSeconds);
        Record("pilot_proxy_convergence_time", "", elapsed.TotalSeconds, s_convergenceSeconds);
    }

    private static string Label(string name, string value) => $"{name}=\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private void Count(string family, string labels) => _counters.AddOrUpdate((family, labels), 1, (_, count) => count + 1);

    private void Record(string family, string labels, double value, double[] bounds) =>
        _distributions.GetOrAdd((family, labels), static (_, limits) => new MetricDistribution(limits), bounds).Record(value);
}
