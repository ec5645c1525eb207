using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Weft.Api.Answers;
using Weft.Api.Dashboards;
using Weft.Api.Description;
using Weft.Api.Errors;
using Weft.Api.Requests;
using Weft.Console;
using Weft.Console.Inventory;

namespace Weft.Api.Workloads;

/// <summary>Controllers of pods, pods without one, and WorkloadGroups.</summary>
internal static class WorkloadEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/clusters/workloads", ListAsync).Reads([.. QueryParameters.Lists, "gvk"]);
        api.MapGet("/namespaces/{ns}/workloads/{workload}", DetailsAsync).Reads([.. QueryParameters.Details, "gvk"]);
    }

    private static async Task<SharedAnswer<WorkloadListDto>> ListAsync(WeftConsole console, SharedAnswers answers, HttpContext context, CancellationToken cancellationToken)
    {
        var query = context.Request.Query;
        var health = NamespaceQuery.Flag(query, "health", true) ? await HealthRequest.ReadAsync(console, context, cancellationToken) : null;
        var withReferences = NamespaceQuery.Flag(query, "istioResources", true);
        var mesh = console.Inventory.Current;
        var workloads = from ns in NamespaceQuery.Wanted(query, mesh)
                        from workload in ns.Workloads.Values.OrderBy(workload => workload.Name, StringComparer.Ordinal)
                        where IsOfKind(query, workload)
                        select WorkloadMapping.ToListItem(workload, mesh.Cluster, health, withReferences);
        return answers.Of(health ?? (object)mesh, context.Request, () => new WorkloadListDto(NamespaceQuery.ClusterOf(query, mesh), [.. workloads], []), FullJsonContext.Default.WorkloadListDto);
    }

    private static async Task<JsonHttpResult<WorkloadDto>> DetailsAsync(WeftConsole console, HttpContext context, string ns, string workload, CancellationToken cancellationToken)
    {
        var mesh = console.Inventory.Current;
        var found = NamespaceQuery.Find(context.Request, mesh, ns).Workloads.GetValueOrDefault(workload);
        if (found is null || !IsOfKind(context.Request.Query, found))
        {
            throw ApiException.NotFound($"Workload.Kiali \"{workload}\" not found");
        }

        var identity = found.Identity;
        var runtimes = Runtimes.FindAsync(console, context, ns, identity.App, identity.Version, [found], cancellationToken);
        var health = NamespaceQuery.Flag(context.Request.Query, "health", true) ? await HealthRequest.ReadAsync(console, context, cancellationToken) : null;
        var proxies = await console.Proxies.ReadAsync(cancellationToken);
        return TypedResults.Json(WorkloadMapping.ToDto(found, mesh, health, proxies, await runtimes), FullJsonContext.Default.WorkloadDto);
    }

    /// <summary><c>gvk</c> as in <c>apps/v1, Kind=Deployment</c>; absent: any.</summary>
    private static bool IsOfKind(IQueryCollection query, WorkloadFacts workload) =>
        query.First("gvk") is var gvk && (gvk.Length == 0 || gvk == workload.GroupVersionKind.ToString());
}
