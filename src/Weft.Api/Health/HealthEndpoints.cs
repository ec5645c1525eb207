using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weft.Api.Answers;
using Weft.Api.Description;
using Weft.Api.Errors;
using Weft.Api.Requests;
using Weft.Console;
using Weft.Console.Health;
using Weft.Console.Inventory;

namespace Weft.Api.Health;

/// <summary>Health of all apps, services or workloads of some namespaces, or of all three, and of the namespaces.</summary>
internal static class HealthEndpoints
{
    private static readonly string[] Kinds = ["app", "service", "workload"];

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/clusters/health", ClustersAsync).Reads("namespaces", "type", "rateInterval", "queryTime");

    private static async Task<SharedAnswer<ClustersHealthDto>> ClustersAsync(WeftConsole console, SharedAnswers answers, HttpContext context, CancellationToken cancellationToken)
    {
        var query = context.Request.Query;
        var type = query.First("type");
        if (type is not ("" or "app" or "service" or "workload"))
        {
            throw ApiException.BadRequest("Bad request, query parameter 'type' must be one of ['app','service','workload']");
        }

        var health = await HealthRequest.ReadAsync(console, context, cancellationToken);
        return answers.Of(health, context.Request, () => Of(health, [.. NamespaceQuery.Wanted(query, console.Inventory.Current)], type), FullJsonContext.Default.ClustersHealthDto);
    }

    private static ClustersHealthDto Of(MeshHealth health, NamespaceInventory[] namespaces, string type)
    {
        var kinds = type.Length == 0 ? Kinds : [type];
        var objects = kinds.ToDictionary(kind => kind, kind => namespaces.ToDictionary(ns => ns.Name, ns => Objects(ns, kind, health)));
        return new ClustersHealthDto
        {
            NamespaceAppHealth = OfKind("app"),
            NamespaceServiceHealth = OfKind("service"),
            NamespaceWorkloadHealth = OfKind("workload"),
            NamespaceHealth = namespaces.Length == 0 ? null : namespaces.ToDictionary(ns => ns.Name, ns => HealthMapping.Summarize(In("app", ns), In("service", ns), In("workload", ns))),
        };

        Dictionary<string, NodeHealth>? In(string kind, NamespaceInventory ns) => objects.GetValueOrDefault(kind)?[ns.Name];
        Dictionary<string, Dictionary<string, HealthDto>>? OfKind(string kind) =>
            objects.GetValueOrDefault(kind)?.ToDictionary(ns => ns.Key, ns => ns.Value.ToDictionary(item => item.Key, item => item.Value.ToDto()));
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
