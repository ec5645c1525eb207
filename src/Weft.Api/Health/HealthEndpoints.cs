using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Weft.Api.Errors;
using Weft.Api.Requests;
using Weft.Console;
using Weft.Console.Health;
using Weft.Console.Inventory;

namespace Weft.Api.Health;

/// <summary>Health of all apps, services or workloads of some namespaces, and of the namespaces.</summary>
internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/clusters/health", ClustersAsync);

    private static async Task<JsonHttpResult<ClustersHealthDto>> ClustersAsync(WeftConsole console, HttpContext context, CancellationToken cancellationToken)
    {
        var query = context.Request.Query;
        var type = query["type"].ToString() is { Length: > 0 } given ? given : "app";
        if (type is not ("app" or "service" or "workload"))
        {
            throw ApiException.BadRequest("Bad request, query parameter 'type' must be one of ['app','service','workload']");
        }

        var health = await HealthRequest.ReadAsync(console, context, cancellationToken);
        var namespaces = NamespaceQuery.Wanted(query, console.Inventory.Current).ToList();
        var objects = namespaces.ToDictionary(ns => ns.Name, ns => Objects(ns, type, health));
        var dtos = objects.ToDictionary(pair => pair.Key, pair => pair.Value.ToDictionary(item => item.Key, item => item.Value.ToDto()));
        return TypedResults.Json(
            new ClustersHealthDto
            {
                NamespaceAppHealth = type == "app" ? dtos : null,
                NamespaceServiceHealth = type == "service" ? dtos : null,
                NamespaceWorkloadHealth = type == "workload" ? dtos : null,
                NamespaceHealth = objects.Count == 0 ? null : objects.ToDictionary(pair => pair.Key, pair => HealthMapping.Summarize(type, pair.Value)),
            },
            FullJsonContext.Default.ClustersHealthDto);
    }

    private static Dictionary<string, NodeHealth> Objects(NamespaceInventory ns, string type, MeshHealth health) => type switch
    {
        "app" => ns.WorkloadsByApp.Keys.ToDictionary(app => app, app => health.OfApp(ns.Name, app)),
        "service" => ns.Services.Values.Select(service => (service.Name, Health: health.OfService(service)))
            .Concat(ns.ExternalServices.Values.Select(service => (Name: service.Host, Health: health.OfExternalService(service))))
            .DistinctBy(pair => pair.Name)
            .ToDictionary(pair => pair.Name, pair => pair.Health),
        _ => ns.Workloads.Values.ToDictionary(workload => workload.Name, health.OfWorkload),
    };
}
