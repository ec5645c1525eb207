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

namespace Weft.Api.Apps;

/// <summary>Applications: workloads of one namespace with the same app label.</summary>
internal static class AppEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/clusters/apps", ListAsync).Reads(QueryParameters.Lists);
        api.MapGet("/namespaces/{ns}/apps/{app}", DetailsAsync).Reads(QueryParameters.Details);
    }

    private static async Task<SharedAnswer<AppListDto>> ListAsync(WeftConsole console, SharedAnswers answers, HttpContext context, CancellationToken cancellationToken)
    {
        var query = context.Request.Query;
        var health = NamespaceQuery.Flag(query, "health", true) ? await HealthRequest.ReadAsync(console, context, cancellationToken) : null;
        var withReferences = NamespaceQuery.Flag(query, "istioResources", true);
        var mesh = console.Inventory.Current;
        var apps = from ns in NamespaceQuery.Wanted(query, mesh)
                   from app in ns.WorkloadsByApp.Keys.Order(StringComparer.Ordinal)
                   select AppMapping.ToListItem(ns, app, mesh.Cluster, health, withReferences);
        return answers.Of(health ?? (object)mesh, context.Request, () => new AppListDto(NamespaceQuery.ClusterOf(query, mesh), [.. apps]), FullJsonContext.Default.AppListDto);
    }

    private static async Task<JsonHttpResult<AppDto>> DetailsAsync(WeftConsole console, HttpContext context, string ns, string app, CancellationToken cancellationToken)
    {
        var mesh = console.Inventory.Current;
        var found = NamespaceQuery.Find(context.Request, mesh, ns);
        if (!found.WorkloadsByApp.TryGetValue(app, out var workloads))
        {
            throw ApiException.NotFound($"App.Kiali \"{app}\" not found");
        }

        var runtimes = Runtimes.FindAsync(console, context, ns, app, null, workloads, cancellationToken);
        var health = NamespaceQuery.Flag(context.Request.Query, "health", true) ? await HealthRequest.ReadAsync(console, context, cancellationToken) : null;
        return TypedResults.Json(AppMapping.ToDto(found, app, mesh, health, await runtimes), FullJsonContext.Default.AppDto);
    }
}
