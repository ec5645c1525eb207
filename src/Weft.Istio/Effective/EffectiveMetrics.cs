using System.Collections.Immutable;
using Weft.Istio.Mesh;
using Weft.Istio.Telemetry;

namespace Weft.Istio.Effective;

/// <summary>How one metric is changed: dropped, or its labels set by CEL expressions and removed. Sorted by label.</summary>
/// <param name="Name">The metric's name in Prometheus without the prefix istio_.</param>
public sealed record EffectiveMetricOverride(string Name, bool IsDropped, ImmutableSortedDictionary<string, string> Labels, ImmutableArray<string> RemovedLabels);

/// <summary>Istio's standard metrics as one side of a proxy reports them to Prometheus.</summary>
/// <param name="ReportingInterval">Between two reports of an open connection; null: the default of 5 s.</param>
public sealed record EffectiveMetrics(TimeSpan? ReportingInterval, ImmutableArray<EffectiveMetricOverride> Overrides)
{
    private const string AllMetrics = "ALL_METRICS";

    /// <summary>By the names of Istio's enumeration, in their order.</summary>
    private static readonly ImmutableSortedDictionary<string, string> s_names = new Dictionary<string, string>
    {
        ["GRPC_REQUEST_MESSAGES"] = "request_messages_total",
        ["GRPC_RESPONSE_MESSAGES"] = "response_messages_total",
        ["REQUEST_COUNT"] = "requests_total",
        ["REQUEST_DURATION"] = "request_duration_milliseconds",
        ["REQUEST_SIZE"] = "request_bytes",
        ["RESPONSE_SIZE"] = "response_bytes",
        ["TCP_CLOSED_CONNECTIONS"] = "tcp_connections_closed_total",
        ["TCP_OPENED_CONNECTIONS"] = "tcp_connections_opened_total",
        ["TCP_RECEIVED_BYTES"] = "tcp_received_bytes_total",
        ["TCP_SENT_BYTES"] = "tcp_sent_bytes_total",
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <param name="levels">From the widest to the narrowest.</param>
    internal static EffectiveMetrics? Of(MeshConfig mesh, ImmutableArray<TelemetrySpec> levels, TelemetryMode mode)
    {
        var settings = levels.SelectMany(level => level.Metrics).ToList();
        var overrides = new List<MetricsOverride>();
        TimeSpan? interval = null;
        var isOff = !IsPrometheus(mesh, settings.LastOrDefault(setting => setting.Providers.Length > 0) is { } last ? NamesOf(last) : mesh.DefaultProviders.Metrics);
        if (isOff)
        {
            // The narrowest level that names providers names those in force; what others were told does not count.
            return null;
        }

        var providers = mesh.DefaultProviders.Metrics;
        foreach (var setting in settings)
        {
            providers = setting.Providers.Length > 0 ? NamesOf(setting) : providers;
            if (IsPrometheus(mesh, providers))
            {
                interval = setting.ReportingInterval ?? interval;
                foreach (var item in setting.Overrides.Where(item => EffectiveTelemetry.Applies(item.Match?.Mode, mode)))
                {
                    // All switched off is not remembered metric by metric: any later word brings them back.
                    isOff = IsOfAll(item.Match) && item.Disabled == true;
                    if (!isOff)
                    {
                        overrides.Add(item);
                    }
                }
            }
        }

        return isOff ? null : new EffectiveMetrics(interval, Merge(overrides));
    }

    private static ImmutableArray<string> NamesOf(MetricsSettings setting) => [.. setting.Providers.Select(provider => provider.Name)];

    private static bool IsPrometheus(MeshConfig mesh, ImmutableArray<string> providers) => providers.Any(name => mesh.Provider(name)?.Prometheus is not null);

    private static bool IsOfAll(MetricMatch? match) => string.IsNullOrEmpty(match?.CustomMetric) && match?.Metric is null or "" or AllMetrics;

    /// <summary>Later overrides of a metric win label by label.</summary>
    private static ImmutableArray<EffectiveMetricOverride> Merge(List<MetricsOverride> overrides)
    {
        var merged = new SortedDictionary<string, (bool Disabled, Dictionary<string, TagOverride> Tags)>(StringComparer.Ordinal);
        foreach (var item in overrides)
        {
            foreach (var metric in Metrics(item.Match))
            {
                var (disabled, tags) = merged.TryGetValue(metric, out var known) ? known : (false, []);
                foreach (var (tag, change) in item.TagOverrides)
                {
                    tags[tag] = change;
                }

                merged[metric] = (item.Disabled ?? disabled, tags);
            }
        }

        return
        [
            .. merged.Select(entry => new EffectiveMetricOverride(
                s_names.GetValueOrDefault(entry.Key, entry.Key),
                entry.Value.Disabled,
                entry.Value.Tags.Where(tag => tag.Value.Operation != "REMOVE").ToImmutableSortedDictionary(tag => tag.Key, tag => tag.Value.Value ?? "", StringComparer.Ordinal),
                [.. entry.Value.Tags.Where(tag => tag.Value.Operation == "REMOVE").Select(tag => tag.Key).Order(StringComparer.Ordinal)])),
        ];
    }

    private static IEnumerable<string> Metrics(MetricMatch? match) =>
        IsOfAll(match) ? s_names.Keys : [string.IsNullOrEmpty(match?.CustomMetric) ? match?.Metric ?? "" : match.CustomMetric];
}
