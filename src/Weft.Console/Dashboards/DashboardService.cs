using System.Collections.Immutable;
using Weft.Console.Caching;
using Weft.Console.Inventory;
using Weft.Observability.Metrics;
using Weft.Observability.Metrics.Queries;

namespace Weft.Console.Dashboards;

/// <summary>Finds the runtimes of workloads and their dashboards. What the metrics store says is kept for a minute.</summary>
public sealed class DashboardService(PrometheusClient prometheus, TimeProvider time)
{
    private const string DashboardsAnnotation = "kiali.io/dashboards";
    private const string RuntimesAnnotation = "kiali.io/runtimes";

    /// <summary>Kiali's discovery_auto_threshold: more pods are not searched for runtimes.</summary>
    private const int MostPods = 10;

    private readonly DashboardCatalog _catalog = new();
    private readonly SharedResults<string, ImmutableHashSet<string>> _metrics = new(TimeSpan.FromMinutes(1), capacity: 1000, time);

    public CustomDashboard? Find(string name) => _catalog.Find(name);

    /// <summary>
    /// The runtimes of an app or of one of its workloads: named by its pods' annotations, else found by metrics.
    /// Fails with <see cref="MetricsQueryException"/> when the metrics store does not answer.
    /// </summary>
    public async Task<ImmutableArray<WorkloadRuntime>> DiscoverAsync(
        string @namespace, string? app, string? version, IReadOnlyList<WorkloadFacts> workloads, CancellationToken cancellationToken)
    {
        var named = Named(workloads);
        if (!named.IsEmpty || string.IsNullOrEmpty(app) || workloads.Sum(workload => workload.Pods.Length) is 0 or > MostPods)
        {
            return Grouped(named);
        }

        // Which of the labels the scraped series carry is the scraper's choice.
        var query = AppIdentity.LabelPairs
            .Select(labels => Selector(@namespace, (labels.App, app), (labels.Version, version)).ToPromQuery())
            .Aggregate((all, one) => all.Or(one))
            .Count("__name__").Text;
        var metrics = await _metrics.GetAsync(query, () => AskAsync(query), cancellationToken).ConfigureAwait(false);
        return Grouped([.. _catalog.All.Where(dashboard => metrics.Contains(dashboard.DiscoverOn))]);
    }

    private MetricSelector Selector(string @namespace, (string Label, string Value) app, (string Label, string? Value) version)
    {
        var selector = new MetricSelector("")
            .OneOf("__name__", [.. _catalog.All.Select(dashboard => dashboard.DiscoverOn).Where(metric => metric.Length > 0).Distinct()])
            .Equal("namespace", @namespace)
            .Equal(MetricLabel(app.Label), app.Value);
        return string.IsNullOrEmpty(version.Value) ? selector : selector.Equal(MetricLabel(version.Label), version.Value);
    }

    private async Task<ImmutableHashSet<string>> AskAsync(string query)
    {
        var vector = await prometheus.QueryVectorAsync(query, time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false);
        return [.. vector.Select(sample => sample.Labels.MetricName)];
    }

    private ImmutableArray<CustomDashboard> Named(IReadOnlyList<WorkloadFacts> workloads)
    {
        var names = workloads.SelectMany(workload => workload.Pods)
            .Select(pod => pod.Metadata.Annotations.GetValueOrDefault(DashboardsAnnotation) ?? pod.Metadata.Annotations.GetValueOrDefault(RuntimesAnnotation))
            .OfType<string>()
            .SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        return [.. names.Distinct(StringComparer.Ordinal).Select(_catalog.Find).OfType<CustomDashboard>()];
    }

    private static ImmutableArray<WorkloadRuntime> Grouped(ImmutableArray<CustomDashboard> dashboards) =>
        [.. dashboards.GroupBy(dashboard => dashboard.Runtime).Select(group => new WorkloadRuntime(group.Key, [.. group]))];

    /// <summary>A label of Kubernetes as Prometheus' service discovery names it.</summary>
    private static string MetricLabel(string label) => string.Concat(label.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
}
