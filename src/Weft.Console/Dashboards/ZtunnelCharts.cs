using System.Collections.Immutable;
using Weft.Console.Metrics;
using Weft.Observability.Metrics.Queries;

namespace Weft.Console.Dashboards;

/// <summary>A chart of several queries, each under a name of its own.</summary>
public sealed record SeriesChart(string Name, string Unit, double Scale, ImmutableArray<MetricSeries> Series);

/// <summary>What the ztunnels of a DaemonSet carry and use, on all nodes: Kiali's six charts.</summary>
public static class ZtunnelCharts
{
    private const string Mebibytes = "MiB";
    private const string Kilobytes = "kB";

    public static async Task<ImmutableArray<SeriesChart>> ReadAsync(MetricsService metrics, string workload, MetricsOptions options, CancellationToken cancellationToken)
    {
        return
        [
            .. await Task.WhenAll(
                ChartAsync("Ztunnel Connections", "cps", 1, ("opened", Rate("istio_tcp_connections_opened_total")), ("closed", Rate("istio_tcp_connections_closed_total"))),
                ChartAsync("Ztunnel versions", "", 1, ("version", new MetricSelector("istio_build").Equal("component", "ztunnel").ToPromQuery().Sum("tag"))),
                ChartAsync("Ztunnel memory usage", Mebibytes, 1.0 / (1 << 20), ("memory", Value("container_memory_working_set_bytes"))),
                ChartAsync("Ztunnel CPU usage", "", 1, ("cpu", PromQuery.InstantRate(Select("container_cpu_usage_seconds_total").Over(options.RateInterval)).Sum("pod"))),
                ChartAsync("Ztunnel bytes transmitted", Kilobytes, 1e-3, ("received", Rate("istio_tcp_received_bytes_total")), ("sent", Rate("istio_tcp_sent_bytes_total"))),
                ChartAsync("Ztunnel workload manager", "", 1, ("active", Value("workload_manager_active_proxy_count")))).ConfigureAwait(false),
        ];

        MetricSelector Select(string metric) => new MetricSelector(metric).Matches("pod", MetricSelector.EscapePattern(workload) + "-.*");

        PromQuery Value(string metric) => Select(metric).ToPromQuery().Sum("pod");

        PromQuery Rate(string metric) => PromQuery.Rate(Select(metric).Over(options.RateInterval)).Sum("pod");

        async Task<SeriesChart> ChartAsync(string name, string unit, double scale, params (string Name, PromQuery Query)[] queries)
        {
            var answers = await Task.WhenAll(queries.Select(one => metrics.ReadAsync(one.Query, one.Name, null, options.Range, cancellationToken))).ConfigureAwait(false);
            return new SeriesChart(name, unit, scale, [.. answers.SelectMany(answer => answer.Series)]);
        }
    }
}
