using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Weft.Console;
using Weft.Console.MeshTopology;

namespace Weft.Api.MeshTopology;

internal static class MeshEndpoints
{
    private const string MeshId = "cluster.local";

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/istio/status", StatusAsync);

    private static async Task<JsonHttpResult<ComponentDto[]>> StatusAsync(WeftConsole console, CancellationToken cancellationToken)
    {
        var components = await console.Components.ReadAsync(cancellationToken);
        return TypedResults.Json([.. components.Select(component => ToDto(component, console.Options.Cluster))], ApiJsonContext.Default.ComponentDtoArray);
    }

    private static ComponentDto ToDto(MeshComponent component, string cluster) => new()
    {
        Name = component.Name,
        Cluster = cluster,
        Status = component.State.ToString(),
        IsCore = component.IsCore,
        MeshId = component.IsOfMesh ? MeshId : null,
    };
}
