using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Weft.Api.Description;
using Weft.Api.Errors;
using Weft.Api.Metrics;
using Weft.Api.Requests;
using Weft.Console;
using Weft.Console.Dashboards;
using Weft.Console.Metrics;

namespace Weft.Api.Dashboards;

/// <summary>Charts ready to be drawn: of traffic, and of runtimes.</summary>
internal static class DashboardEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/namespaces/{ns}/apps/{app}/dashboard", (WeftConsole console, HttpRequest request, string ns, string app, CancellationToken cancellationToken) =>
            OfTrafficAsync(console, request, new MetricsTarget(TargetKind.App, ns, app), cancellationToken)).Reads(QueryParameters.Metrics);
        api.MapGet("/namespaces/{ns}/workloads/{workload}/dashboard", (WeftConsole console, HttpRequest request, string ns, string workload, CancellationToken cancellationToken) =>
            OfTrafficAsync(console, request, new MetricsTarget(TargetKind.Workload, ns, workload), cancellationToken)).Reads(QueryParameters.Metrics);
        api.MapGet("/namespaces/{ns}/services/{service}/dashboard", (WeftConsole console, HttpRequest request, string ns, string service, CancellationToken cancellationToken) =>
            OfTrafficAsync(console, request, MetricsEndpoints.ServiceTarget(console, ns, service), cancellationToken)).Reads(QueryParameters.Metrics);
        api.MapGet("/namespaces/{ns}/ztunnel/{workload}/dashboard", ZtunnelAsync).Reads(QueryParameters.Metrics);
        api.MapGet("/namespaces/{ns}/customdashboard/{dashboard}", CustomAsync).Reads([.. QueryParameters.Metrics, "labelsFilters", "additionalLabels", "rawDataAggregator"]);
    }

    private static async Task<JsonHttpResult<DashboardDto>> OfTrafficAsync(WeftConsole console, HttpRequest request, MetricsTarget target, CancellationToken cancellationToken)
    {
        var options = MetricsQuery.Parse(request.Query, MetricsEndpoints.Find(console, request, target.Namespace), console.Time.GetUtcNow());
        var metrics = await console.Metrics.ReadAsync(target, options with { Filters = TrafficDashboard.Metrics }, cancellationToken);
        return TypedResults.Json(TrafficDashboard.Of(metrics, options.Direction), FullJsonContext.Default.DashboardDto);
    }

    private static async Task<JsonHttpResult<DashboardDto>> ZtunnelAsync(WeftConsole console, HttpRequest request, string ns, string workload, CancellationToken cancellationToken)
    {
        var options = MetricsQuery.Parse(request.Query, MetricsEndpoints.Find(console, request, ns), console.Time.GetUtcNow());
        var charts = await ZtunnelCharts.ReadAsync(console.Metrics, workload, options, cancellationToken);
        var dashboard = new DashboardDto
        {
            Name = "",
            Title = "Ztunnel Metrics",
            Charts = [.. charts.Select(chart => new ChartDto { Name = chart.Name, Unit = chart.Unit, Spans = 4, Metrics = [.. chart.Series.Select(series => SeriesDto.Of(series, chart.Scale))] })],
            Aggregations = [],
            ExternalLinks = null,
            Rows = 2,
        };
        return TypedResults.Json(dashboard, FullJsonContext.Default.DashboardDto);
    }

    private static async Task<JsonHttpResult<DashboardDto>> CustomAsync(WeftConsole console, HttpRequest request, string ns, string dashboard, CancellationToken cancellationToken)
    {
        var found = MetricsEndpoints.Find(console, request, ns);
        var definition = console.Dashboards.Find(dashboard) ?? throw ApiException.NotFound($"dashboard [{dashboard}] does not exist or is disabled");
        var options = new CustomDashboardOptions
        {
            Namespace = ns,
            LabelFilters = [.. Pairs(request.Query.First("labelsFilters"))],
            RawAggregator = request.Query.First("rawDataAggregator") is "avg" or "min" or "max" or "stddev" or "stdvar" ? request.Query.First("rawDataAggregator") : "sum",
            Metrics = MetricsQuery.Parse(request.Query, found, console.Time.GetUtcNow()),
        };
        var charts = await console.CustomDashboards.FillAsync(definition, options, cancellationToken);
        var additional = Pairs(request.Query.First("additionalLabels")).Select(pair => new ChartAggregation(pair.Key, pair.Value));
        return TypedResults.Json(ToDto(definition, charts, [.. additional]), FullJsonContext.Default.DashboardDto);
    }

    private static DashboardDto ToDto(CustomDashboard dashboard, ImmutableArray<FilledChart> charts, ImmutableArray<ChartAggregation> additional) => new()
    {
        Name = dashboard.Name,
        Title = dashboard.Title,
        Charts = [.. charts.Select(ToDto)],
        Aggregations =
        [
            .. additional.Concat(dashboard.Charts.SelectMany(chart => chart.Aggregations))
                .DistinctBy(aggregation => aggregation.Label)
                .Select(aggregation => new AggregationDto(aggregation.Label, aggregation.Name, false)),
        ],
        ExternalLinks = [],
        Rows = 2,
    };

    private static ChartDto ToDto(FilledChart chart) => new()
    {
        Name = chart.Chart.Name,
        Unit = chart.Chart.Unit,
        Spans = chart.Chart.Spans,
        Min = chart.Chart.Min,
        Metrics = [.. chart.Series.Select(series => SeriesDto.Of(series))],
        Error = chart.Error,
    };

    /// <summary><c>key:value</c>, several with commas; what is no pair, or whose key is no label name, is left out.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Pairs(string text) =>
        from part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        let colon = part.IndexOf(':', StringComparison.Ordinal)
        where colon > 0
        let pair = KeyValuePair.Create(part[..colon].Trim(), part[(colon + 1)..].Trim())
        where MetricsQuery.IsLabelName(pair.Key)
        select pair;
}
