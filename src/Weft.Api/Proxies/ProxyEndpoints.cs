using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Weft.Api.Access;
using Weft.Api.Description;
using Weft.Api.Errors;
using Weft.Api.Pods;
using Weft.Console;
using Weft.Console.Proxies;

namespace Weft.Api.Proxies;

/// <summary>What a pod's proxy is configured to do, as it says itself; and how much it logs.</summary>
internal static class ProxyEndpoints
{
    private static readonly string[] Levels = ["off", "trace", "debug", "info", "warning", "error", "critical"];

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/namespaces/{ns}/pods/{pod}/config_dump", DumpAsync).Reads("clusterName").Needs(NeededRight.AskProxies);
        api.MapGet("/namespaces/{ns}/pods/{pod}/config_dump/{part}", PartAsync).Reads("clusterName").Needs(NeededRight.AskProxies);
        api.MapPost("/namespaces/{ns}/pods/{pod}/logging", SetLevelAsync).Reads("level", "clusterName").Needs(NeededRight.AskProxies);
    }

    private static async Task<JsonHttpResult<ConfigDumpDto>> DumpAsync(WeftConsole console, HttpRequest request, string ns, string pod, CancellationToken cancellationToken) =>
        TypedResults.Json(new ConfigDumpDto((await ReadAsync(console, request, ns, pod, cancellationToken)).Content), FullJsonContext.Default.ConfigDumpDto);

    private static async Task<IResult> PartAsync(WeftConsole console, HttpRequest request, string ns, string pod, string part, CancellationToken cancellationToken)
    {
        if (part is not ("clusters" or "listeners" or "routes" or "bootstrap" or "config"))
        {
            // As in Kiali: an unknown part has nothing in it.
            PodEndpoints.Find(console, request, ns, pod);
            return TypedResults.Json([], FullJsonContext.Default.DictionaryStringString);
        }

        var dump = await ReadAsync(console, request, ns, pod, cancellationToken);
        return part switch
        {
            "clusters" => TypedResults.Json(new ClusterPartDto([.. ClusterSummary.Of(dump).Select(ToDto)]), FullJsonContext.Default.ClusterPartDto),
            "listeners" => TypedResults.Json(new ListenerPartDto([.. ListenerSummary.Of(dump).Select(ToDto)]), FullJsonContext.Default.ListenerPartDto),
            "routes" => TypedResults.Json(new RoutePartDto([.. RouteSummary.Of(dump).Select(ToDto)]), FullJsonContext.Default.RoutePartDto),
            "bootstrap" => TypedResults.Json(new BootstrapPartDto(new BootstrapDto(dump.Bootstrap)), FullJsonContext.Default.BootstrapPartDto),
            _ => TypedResults.Json(new ConfigDumpDto(dump.Content), FullJsonContext.Default.ConfigDumpDto),
        };
    }

    private static async Task<Ok> SetLevelAsync(WeftConsole console, HttpRequest request, string ns, string pod, CancellationToken cancellationToken)
    {
        var level = request.Query["level"].ToString();
        if (level.Length == 0)
        {
            throw ApiException.BadRequest("level query param is not set");
        }

        if (!Levels.Contains(level))
        {
            throw ApiException.BadRequest($"{level} is an invalid log level. Valid log levels are: {string.Join(", ", Levels)}");
        }

        await console.Pods.PostAsync(PodEndpoints.Find(console, request, ns, pod), IPodHttp.ProxyAdminPort, $"/logging?level={level}", cancellationToken);
        return TypedResults.Ok();
    }

    private static async Task<ConfigDump> ReadAsync(WeftConsole console, HttpRequest request, string ns, string pod, CancellationToken cancellationToken) =>
        ConfigDump.Read(await console.Pods.GetAsync(PodEndpoints.Find(console, request, ns, pod), IPodHttp.ProxyAdminPort, "/config_dump", cancellationToken));

    private static ClusterRowDto ToDto(ClusterSummary cluster) =>
        new(ToDto(cluster.Host), cluster.Port, cluster.Subset, cluster.Direction, cluster.Type, cluster.DestinationRule);

    private static ListenerRowDto ToDto(ListenerSummary listener) => new(listener.Address, listener.Port, listener.Match, listener.Destination);

    private static RouteRowDto ToDto(RouteSummary route) => new(route.Name, ToDto(route.Domain), route.Match, route.VirtualService);

    private static HostDto ToDto(EnvoyHost host) => new(host.Service, host.Namespace, host.Cluster, host.IsComplete);
}
