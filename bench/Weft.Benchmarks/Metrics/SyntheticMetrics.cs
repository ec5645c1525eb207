using Weft.Observability.Metrics;
using Weft.Observability.Metrics.Embedded;

namespace Weft.Benchmarks.Metrics;

/// <summary>Series in the shape of a mesh's telemetry: request counters with twenty labels, and duration buckets.</summary>
internal static class SyntheticMetrics
{
    public const long Start = 1_700_000_000_000;
    public const int Interval = 15_000;

    private static readonly string[] Bounds = ["1", "5", "10", "25", "50", "100", "250", "500", "1000", "+Inf"];

    public static IEnumerable<LabelSet> Series(int edges)
    {
        for (var edge = 0; edge < edges; edge++)
        {
            var labels = new LabelSetBuilder()
                .Set("app", $"app-{edge % 50}").Set("instance", $"127.20.0.{edge % 250}:15020").Set("job", "kubernetes-pods").Set("namespace", $"ns-{edge % 10}")
                .Set("reporter", edge % 2 == 0 ? "source" : "destination").Set("source_workload", $"w-{edge % 50}").Set("source_workload_namespace", $"ns-{edge % 10}")
                .Set("source_canonical_service", $"w-{edge % 50}").Set("source_canonical_revision", "v1").Set("source_cluster", "Kubernetes")
                .Set("destination_workload", $"w-{(edge + 7) % 50}-{edge}").Set("destination_workload_namespace", $"ns-{(edge + 3) % 10}").Set("destination_service", $"s-{edge}.ns-{(edge + 3) % 10}.svc.cluster.local")
                .Set("destination_service_name", $"s-{edge}").Set("destination_service_namespace", $"ns-{(edge + 3) % 10}").Set("destination_cluster", "Kubernetes")
                .Set("request_protocol", "http").Set("response_flags", "-").Set("connection_security_policy", "mutual_tls");
            foreach (var code in new[] { "200", "503" })
                yield return labels.Set(LabelSet.MetricNameLabel, "istio_requests_total").Set("response_code", code).Build();
            labels.Set(LabelSet.MetricNameLabel, "istio_request_duration_milliseconds_bucket").Set("response_code", "200");
            foreach (var bound in Bounds)
                yield return labels.Set("le", bound).Build();
            labels.Remove("le");
        }
    }

    public static SeriesStore Filled(int edges, int scrapes)
    {
        var store = new SeriesStore(new SeriesStoreOptions { Retention = TimeSpan.FromDays(1), MaxSize = 4L << 30 });
        var random = new Random(1);
        foreach (var labels in Series(edges))
        {
            var value = 0d;
            for (var scrape = 0; scrape < scrapes; scrape++)
                store.Append(labels, Start + (scrape * (long)Interval), value += random.Next(20));
        }

        return store;
    }
}
