using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Weft.Api.Description;
using Weft.Api.Errors;
using Weft.Api.Requests;
using Weft.Console;
using Weft.Console.Inventory;
using Weft.Observability.Metrics.Queries;

namespace Weft.Api.Metrics;

/// <summary>Memory and processor of pods, and what a control plane tells of itself.</summary>
internal static class UsageEndpoints
{
    private const string Memory = "container_memory_working_set_bytes";
    private const string Processor = "container_cpu_usage_seconds_total";
    private const double Megabytes = 1e-6;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/namespaces/{ns}/{app}/usage_metrics", OfAppAsync).Reads(QueryParameters.Metrics);
        api.MapGet("/namespaces/{ns}/controlplanes/{controlplane}/metrics", OfControlPlaneAsync).Reads(QueryParameters.Metrics);
    }

    private static async Task<JsonHttpResult<Dictionary<string, SeriesDto[]?>>> OfAppAsync(WeftConsole console, HttpRequest request, string ns, string app, CancellationToken cancellationToken)
    {
        var options = MetricsQuery.Parse(request.Query, MetricsEndpoints.Find(console, request, ns), console.Time.GetUtcNow());
        var pods = MetricSelector.EscapePattern(app) + "-.*";
        var memory = new MetricSelector(Memory).Matches("pod", pods);
        var processor = PromQuery.InstantRate(new MetricSelector(Processor).Matches("pod", pods).Over(options.RateInterval));
        var memorySeries = console.Metrics.ReadAsync(memory.ToPromQuery().Sum("pod"), Memory, null, options.Range, cancellationToken);
        var processorSeries = console.Metrics.ReadAsync(processor.Sum("pod"), $"irate({new MetricSelector(Processor).Matches("pod", pods)}[{Interval(request)}])", null, options.Range, cancellationToken);
        var answer = new Dictionary<string, SeriesDto[]?>
        {
            ["memory_usage"] = [.. (await memorySeries).Series.Select(series => SeriesDto.Of(series, Megabytes))],
            ["cpu_usage"] = [.. (await processorSeries).Series.Select(series => SeriesDto.Of(series))],
        };
        return TypedResults.Json(answer, FullJsonContext.Default.DictionaryStringSeriesDtoArray);
    }

    private static async Task<JsonHttpResult<Dictionary<string, SeriesDto[]?>>> OfControlPlaneAsync(
        WeftConsole console, HttpRequest request, string ns, string controlplane, CancellationToken cancellationToken)
    {
        var found = MetricsEndpoints.Find(console, request, ns);
        var workload = found.Workloads.GetValueOrDefault(controlplane) ?? throw ApiException.NotFound($"Workload.Kiali \"{controlplane}\" not found");
        var options = MetricsQuery.Parse(request.Query, found, console.Time.GetUtcNow());
        var asked = new[]
        {
            Rate("process_cpu_seconds_total"), Rate(Processor), Value("process_resident_memory_bytes"), Value(Memory), PushTime(),
        };
        var answers = await Task.WhenAll(asked.Select(one => console.Metrics.ReadAsync(one.Query, one.Name, null, options.Range, cancellationToken)));
        return TypedResults.Json(
            // Nothing pushed is not a push time.
            answers.Where(answer => answer.Name != ConvergenceTime || !answer.Series.IsEmpty).ToDictionary(answer => answer.Name, answer => answer.Series.IsEmpty ? null : answer.Series.Select(series => SeriesDto.Of(series)).ToArray()),
            FullJsonContext.Default.DictionaryStringSeriesDtoArray);

        (string Name, PromQuery Query) Rate(string metric) => (metric, PromQuery.Rate(Select(metric).Over(options.RateInterval)).Sum());
        (string Name, PromQuery Query) Value(string metric) => (metric, Select(metric).ToPromQuery().Sum());
        (string Name, PromQuery Query) PushTime() => (
            ConvergenceTime,
            PromQuery.Rate(Select($"{ConvergenceTime}_sum").Over(options.RateInterval)).Sum().DividedBy(PromQuery.Rate(Select($"{ConvergenceTime}_count").Over(options.RateInterval)).Sum()));
        MetricSelector Select(string metric) => new MetricSelector(metric).Equal("namespace", ns).OneOf("pod", PodsOf(workload));
    }

    /// <summary>As it was asked for.</summary>
    private static string Interval(HttpRequest request) => request.Query.First("rateInterval") is { Length: > 0 } text ? text : "1m";

    private const string ConvergenceTime = "pilot_proxy_convergence_time";

    private static string[] PodsOf(WorkloadFacts workload) => workload.Pods.IsEmpty ? [""] : [.. workload.Pods.Select(pod => pod.Metadata.Name)];
}
