using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Weft.Api.Description;
using Weft.Api.Errors;
using Weft.Api.Requests;
using Weft.Console;
using Weft.Kubernetes.Objects;

namespace Weft.Api.Pods;

internal static class PodEndpoints
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/namespaces/{ns}/pods/{pod}", DetailsAsync).Reads("clusterName");

    public static Pod Find(WeftConsole console, HttpRequest request, string ns, string pod) =>
        NamespaceQuery.Find(request, console.Inventory.Current, ns).Pods.GetValueOrDefault(pod) ?? throw ApiException.NotFound($"pods \"{pod}\" not found");

    private static async Task<JsonHttpResult<PodDto>> DetailsAsync(WeftConsole console, HttpRequest request, string ns, string pod, CancellationToken cancellationToken)
    {
        var found = Find(console, request, ns, pod);
        return TypedResults.Json(found.ToDto(await console.Proxies.ReadAsync(cancellationToken)), FullJsonContext.Default.PodDto);
    }
}
