using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Weft.Api.Requests;
using Weft.Console;
using Weft.Console.Health;
using Weft.Console.Inventory;
using Weft.Observability.Metrics.Queries;

namespace Weft.Api.Overview;

/// <summary>What the overview page shows first: the six slowest, most faulty and busiest services, and all apps by their traffic.</summary>
internal static class OverviewEndpoints
{
    private const int Shown = 6;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/overview/metrics/services/latency", LatencyAsync);
        api.MapGet("/overview/metrics/services/throughput", ThroughputAsync);
        api.MapGet("/overview/metrics/services/rates", ServiceRatesAsync);
        api.MapGet("/overview/metrics/apps/rates", AppRatesAsync);
    }

    private static Task<JsonHttpResult<OverviewServicesDto>> LatencyAsync(WeftConsole console, HttpContext context, CancellationToken cancellationToken)
    {
        var buckets = new MetricSelector(MeshMetrics.Buckets(MeshMetrics.RequestDuration)).NotEqual(MeshLabels.DestinationWorkload, "unknown");
        var query = PromQuery.HistogramQuantile(0.95, PromQuery.Rate(buckets.Over(WindowOf(console))).Sum([MeshLabels.Le, .. ServiceLabels]));
        return TopAsync(console, context, query, (service, value) => service with { Latency = value }, cancellationToken);
    }

    private static Task<JsonHttpResult<OverviewServicesDto>> ThroughputAsync(WeftConsole console, HttpContext context, CancellationToken cancellationToken)
    {
        var bytes = new MetricSelector(MeshMetrics.TcpSentBytes).NotEqual(MeshLabels.DestinationWorkload, "unknown").Equal(MeshLabels.Reporter, "destination");
        var query = PromQuery.Rate(bytes.Over(WindowOf(console))).Sum([.. ServiceLabels]);
        return TopAsync(console, context, query, (service, value) => service with { TcpRate = value }, cancellationToken);
    }

    private static string[] ServiceLabels => ["destination_cluster", MeshLabels.DestinationServiceNamespace, MeshLabels.DestinationServiceName];

    private static TimeSpan WindowOf(WeftConsole console) => console.Options.Health.Compute.Duration;

    private static async Task<JsonHttpResult<OverviewServicesDto>> TopAsync(
        WeftConsole console, HttpContext context, PromQuery query, Func<OverviewServiceDto, double, OverviewServiceDto> withValue, CancellationToken cancellationToken)
    {
        var health = HealthAsync(console, context, cancellationToken);
        var top = await console.Metrics.ReadInstantAsync(Top(query), Now(console), cancellationToken);
        var verdicts = await health;
        var mesh = console.Inventory.Current;
        var services = top.Where(sample => double.IsFinite(sample.Value)).OrderByDescending(sample => sample.Value).Select(sample =>
        {
            var (ns, name) = (sample.Labels[MeshLabels.DestinationServiceNamespace], sample.Labels[MeshLabels.DestinationServiceName]);
            return withValue(Service(mesh.Cluster, ns, name, HealthOf(mesh, verdicts, ns, name)), sample.Value);
        });
        return TypedResults.Json(new OverviewServicesDto([.. services]), FullJsonContext.Default.OverviewServicesDto);
    }

    private static async Task<JsonHttpResult<OverviewServicesDto>> ServiceRatesAsync(WeftConsole console, HttpContext context, CancellationToken cancellationToken)
    {
        var health = await HealthAsync(console, context, cancellationToken);
        var mesh = console.Inventory.Current;
        var all = from ns in mesh.Namespaces.Values
                  from service in Asked(ns, health)
                  let error = Math.Max(0, service.Verdict.ErrorRatio) / 100
                  orderby error descending, service.Verdict.TotalRequestRate descending, ns.Name, service.Name
                  select Service(mesh.Cluster, ns.Name, service.Name, service.Health) with { ErrorRate = error, RequestRate = service.Verdict.TotalRequestRate };
        return TypedResults.Json(new OverviewServicesDto([.. all.Take(Shown)]), FullJsonContext.Default.OverviewServicesDto);
    }

    /// <summary>The services that have requests.</summary>
    private static IEnumerable<(string Name, NodeHealth Health, HealthVerdict Verdict)> Asked(NamespaceInventory ns, MeshHealth health)
    {
        var services = ns.Services.Values.Select(service => (service.Name, Health: health.OfService(service)))
            .Concat(ns.ExternalServices.Values.Select(service => (Name: service.Host, Health: health.OfExternalService(service))));
        foreach (var (name, found) in services)
        {
            if (found.Verdict is { TotalRequestRate: > 0 } verdict)
            {
                yield return (name, found, verdict);
            }
        }
    }

    private static async Task<JsonHttpResult<OverviewAppsDto>> AppRatesAsync(WeftConsole console, HttpContext context, CancellationToken cancellationToken)
    {
        var health = await HealthAsync(console, context, cancellationToken);
        var mesh = console.Inventory.Current;
        var apps = from ns in mesh.Namespaces.Values
                   from app in ns.WorkloadsByApp.Keys
                   let found = health.OfApp(ns.Name, app)
                   orderby found.Requests.Total descending, ns.Name, app
                   select new OverviewAppDto(mesh.Cluster, ns.Name, app, TextOf(found), found.Requests.Inbound.Total, found.Requests.Outbound.Total);
        return TypedResults.Json(new OverviewAppsDto([.. apps]), FullJsonContext.Default.OverviewAppsDto);
    }

    /// <summary>The order of Kiali's query: topk(6, ... > 0), rounded to a thousandth.</summary>
    private static PromQuery Top(PromQuery query) => query.Above(0).TopK(Shown).RoundTo(0.001);

    private static async Task<MeshHealth> HealthAsync(WeftConsole console, HttpContext context, CancellationToken cancellationToken)
    {
        var health = await console.Health.ReadAsync(new HealthWindow(WindowOf(console), null), cancellationToken);
        if (health.Failure is { } failure)
        {
            HealthRequest.MarkDegraded(context, "metrics", failure);
        }

        return health;
    }

    private static NodeHealth? HealthOf(MeshInventory mesh, MeshHealth health, string ns, string name) =>
        mesh.FindService(ns, name) is { } service ? health.OfService(service)
        : mesh.FindNamespace(ns)?.ExternalServices.GetValueOrDefault(name) is { } external ? health.OfExternalService(external)
        : null;

    private static OverviewServiceDto Service(string cluster, string ns, string name, NodeHealth? health) => new()
    {
        Cluster = cluster,
        Namespace = ns,
        ServiceName = name,
        HealthStatus = TextOf(health),
    };

    private static string TextOf(NodeHealth? health) => (health?.Verdict?.Level ?? HealthLevel.NotAvailable).Text();

    /// <summary>In whole seconds, so that viewers of one second share an answer.</summary>
    private static DateTimeOffset Now(WeftConsole console) => DateTimeOffset.FromUnixTimeSeconds(console.Time.GetUtcNow().ToUnixTimeSeconds());
}
