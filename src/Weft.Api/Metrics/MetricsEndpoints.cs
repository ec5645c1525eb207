using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Weft.Api.Description;
using Weft.Api.Errors;
using Weft.Api.Requests;
using Weft.Console;
using Weft.Console.Inventory;
using Weft.Console.Metrics;

namespace Weft.Api.Metrics;

/// <summary>Metrics of traffic: of an app, workload, service, namespace or aggregate, and of several namespaces.</summary>
internal static class MetricsEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/namespaces/{ns}/apps/{app}/metrics", (WeftConsole console, HttpRequest request, string ns, string app, CancellationToken cancellationToken) =>
            OfAsync(console, request, new MetricsTarget(TargetKind.App, ns, app), cancellationToken)).Reads(QueryParameters.Metrics);
        api.MapGet("/namespaces/{ns}/workloads/{workload}/metrics", (WeftConsole console, HttpRequest request, string ns, string workload, CancellationToken cancellationToken) =>
            OfAsync(console, request, new MetricsTarget(TargetKind.Workload, ns, workload), cancellationToken)).Reads(QueryParameters.Metrics);
        api.MapGet("/namespaces/{ns}/services/{service}/metrics", (WeftConsole console, HttpRequest request, string ns, string service, CancellationToken cancellationToken) =>
            OfAsync(console, request, ServiceTarget(console, ns, service), cancellationToken)).Reads(QueryParameters.Metrics);
        api.MapGet("/namespaces/{ns}/metrics", (WeftConsole console, HttpRequest request, string ns, CancellationToken cancellationToken) =>
            OfAsync(console, request, new MetricsTarget(TargetKind.Namespace, ns, ""), cancellationToken)).Reads(QueryParameters.Metrics);
        api.MapGet("/namespaces/{ns}/aggregates/{aggregate}/{value}/metrics", OfAggregateAsync).Reads(QueryParameters.Metrics);
        api.MapGet("/clusters/metrics", OfNamespacesAsync).Reads([.. QueryParameters.Metrics, "namespaces"]);
    }

    /// <summary>403 in Kiali's words when the namespace is not there.</summary>
    public static NamespaceInventory Find(WeftConsole console, HttpRequest request, string ns)
    {
        var mesh = console.Inventory.Current;
        NamespaceQuery.RequireHomeCluster(request, mesh);
        return mesh.FindNamespace(ns) ?? throw ApiException.Forbidden($"Cannot access namespace data: namespaces \"{ns}\" not found");
    }

    /// <summary>A host of a ServiceEntry stands in the series without a namespace, or with that of its entry.</summary>
    public static MetricsTarget ServiceTarget(WeftConsole console, string ns, string service)
    {
        var isExternal = console.Inventory.Current.FindNamespace(ns)?.ExternalServices.ContainsKey(service) ?? false;
        return new MetricsTarget(TargetKind.Service, ns, service) { ServiceNamespaces = isExternal ? [ns, "unknown"] : [ns] };
    }

    public static Dictionary<string, SeriesDto[]?> ToDto(SortedDictionary<string, ImmutableArray<MetricSeries>> metrics) =>
        metrics.ToDictionary(pair => pair.Key, pair => pair.Value.IsEmpty ? null : pair.Value.Select(series => SeriesDto.Of(series)).ToArray());

    private static Task<JsonHttpResult<Dictionary<string, SeriesDto[]?>>> OfAsync(WeftConsole console, HttpRequest request, MetricsTarget target, CancellationToken cancellationToken) =>
        ReadAsync(console, target, Parse(console, request, target.Namespace), cancellationToken);

    private static Task<JsonHttpResult<Dictionary<string, SeriesDto[]?>>> OfAggregateAsync(
        WeftConsole console, HttpRequest request, string ns, string aggregate, string value, CancellationToken cancellationToken)
    {
        var options = Parse(console, request, ns);
        if (options.Direction != TrafficDirection.Inbound)
        {
            throw ApiException.BadRequest("AggregateMetrics 'direction' must be 'inbound' as the metrics are associated with inbound traffic to the destination workload.");
        }

        if (options.Reporters is not ["destination"])
        {
            throw ApiException.BadRequest("AggregateMetrics 'reporter' must be 'destination' as the metrics are associated with inbound traffic to the destination workload.");
        }

        return MetricsQuery.IsLabelName(aggregate)
            ? ReadAsync(console, new MetricsTarget(TargetKind.Aggregate, ns, value) { AggregateLabel = aggregate }, options, cancellationToken)
            : throw ApiException.BadRequest($"\"{aggregate}\" is no label name");
    }

    private static MetricsOptions Parse(WeftConsole console, HttpRequest request, string ns) => MetricsQuery.Parse(request.Query, Find(console, request, ns), console.Time.GetUtcNow());

    private static async Task<JsonHttpResult<Dictionary<string, SeriesDto[]?>>> ReadAsync(WeftConsole console, MetricsTarget target, MetricsOptions options, CancellationToken cancellationToken)
    {
        var metrics = await console.Metrics.ReadAsync(target, options, cancellationToken);
        return TypedResults.Json(ToDto(metrics), FullJsonContext.Default.DictionaryStringSeriesDtoArray);
    }

    private static async Task<JsonHttpResult<Dictionary<string, Dictionary<string, SeriesDto[]?>>>> OfNamespacesAsync(WeftConsole console, HttpRequest request, CancellationToken cancellationToken)
    {
        var mesh = console.Inventory.Current;
        // Without any namespace Kiali answers with none, not with all.
        var namespaces = request.Query.ContainsKey("namespaces") ? NamespaceQuery.Wanted(request.Query, mesh).ToList() : [];
        var asked = namespaces.Select(async ns =>
        {
            var options = MetricsQuery.Parse(request.Query, ns, console.Time.GetUtcNow());
            return (ns.Name, Metrics: await console.Metrics.ReadAsync(new MetricsTarget(TargetKind.Namespace, ns.Name, ""), options, cancellationToken));
        }).ToList();
        var answers = await Task.WhenAll(asked);
        return TypedResults.Json(answers.ToDictionary(answer => answer.Name, answer => ToDto(answer.Metrics)), FullJsonContext.Default.DictionaryStringDictionaryStringSeriesDtoArray);
    }
}
