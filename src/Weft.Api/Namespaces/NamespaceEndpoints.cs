using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Weft.Api.Description;
using Weft.Api.Requests;
using Weft.Console;
using Weft.Console.Inventory;

namespace Weft.Api.Namespaces;

internal static class NamespaceEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/namespaces", List);
        api.MapGet("/namespaces/{ns}/info", Info).Reads("clusterName");
    }

    private static JsonHttpResult<NamespaceDto[]> List(WeftConsole console)
    {
        var mesh = console.Inventory.Current;
        var namespaces = mesh.Namespaces.Values.OrderBy(ns => ns.Name, StringComparer.Ordinal).Select(ns => ToDto(ns, mesh.Cluster));
        return TypedResults.Json(namespaces.ToArray(), ApiJsonContext.Default.NamespaceDtoArray);
    }

    private static JsonHttpResult<NamespaceDto> Info(WeftConsole console, HttpRequest request, string ns)
    {
        var mesh = console.Inventory.Current;
        return TypedResults.Json(ToDto(NamespaceQuery.Find(request, mesh, ns), mesh.Cluster), ApiJsonContext.Default.NamespaceDto);
    }

    public static NamespaceDto ToDto(NamespaceInventory ns, string cluster) => new()
    {
        Name = ns.Name,
        Cluster = cluster,
        IsAmbient = ns.IsAmbient,
        IsControlPlane = ns.IsControlPlane,
        Labels = ns.Labels,
        Annotations = ns.Annotations.IsEmpty ? null : ns.Annotations,
        Revision = ns.Revision,
    };
}
