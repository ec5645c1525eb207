using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Weft.Api.Description;
using Weft.Api.Requests;
using Weft.Console;

namespace Weft.Api.MeshTopology;

/// <summary>How far mutual TLS is on, in the mesh and in namespaces.</summary>
internal static class TlsEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/mesh/tls", OfMesh);
        api.MapGet("/clusters/tls", OfNamespaces).Reads("namespaces", "clusterName");
        api.MapGet("/namespaces/{ns}/tls", OfNamespace).Reads("clusterName");
    }

    private static JsonHttpResult<MeshTlsDto> OfMesh(WeftConsole console)
    {
        var status = console.Tls.OfMesh();
        return TypedResults.Json(new MeshTlsDto(status.Status, status.AutoMtls, console.Tls.MinimumVersion), FullJsonContext.Default.MeshTlsDto);
    }

    private static JsonHttpResult<NamespaceTlsDto[]> OfNamespaces(WeftConsole console, HttpRequest request)
    {
        var mesh = console.Inventory.Current;
        var namespaces = NamespaceQuery.Wanted(request.Query, mesh).Select(ns => NamespaceTlsDto.Of(ns.Name, mesh.Cluster, console.Tls.OfNamespace(ns.Name)));
        return TypedResults.Json(namespaces.ToArray(), FullJsonContext.Default.NamespaceTlsDtoArray);
    }

    private static JsonHttpResult<NamespaceTlsDto> OfNamespace(WeftConsole console, HttpRequest request, string ns)
    {
        var mesh = console.Inventory.Current;
        NamespaceQuery.Find(request, mesh, ns);
        return TypedResults.Json(NamespaceTlsDto.Of(ns, mesh.Cluster, console.Tls.OfNamespace(ns)), FullJsonContext.Default.NamespaceTlsDto);
    }
}
