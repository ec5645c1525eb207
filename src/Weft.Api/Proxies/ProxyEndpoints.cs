using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Weft.Api.Access;
using Weft.Api.Description;
using Weft.Api.Errors;
using Weft.Api.Pods;
using Weft.Api.Requests;
using Weft.Console;
using Weft.Console.Proxies;

namespace Weft.Api.Proxies;

/// <summary>What a pod's proxy is configured to do, as it says itself; and how much it logs.</summary>
internal static class ProxyEndpoints
{
    private static readonly string[] Levels = ["off", "trace", "debug", "info", "warning", "error", "critical"];

    public static void Map(IEndpointRouteBuilder api)
    {
        const string dump = "/namespaces/{ns}/pods/{pod}/config_dump";
        var pods = api.MapGroup("/namespaces/{ns}/pods/{pod}").Needs(NeededRight.AskProxies);
        foreach (var whole in new[] { dump, $"{dump}/config" })
        {
            MapPart(whole, dump => new ConfigDumpDto(dump.Content), FullJsonContext.Default.ConfigDumpDto);
        }

        MapPart($"{dump}/clusters", dump => new ClusterPartDto([.. ClusterSummary.Of(dump).Select(ToDto)]), FullJsonContext.Default.ClusterPartDto);
        MapPart($"{dump}/listeners", dump => new ListenerPartDto([.. ListenerSummary.Of(dump).Select(ToDto)]), FullJsonContext.Default.ListenerPartDto);
        MapPart($"{dump}/routes", dump => new RoutePartDto([.. RouteSummary.Of(dump).Select(ToDto)]), FullJsonContext.Default.RoutePartDto);
        MapPart($"{dump}/bootstrap", dump => new BootstrapPartDto(new BootstrapDto(dump.Bootstrap)), FullJsonContext.Default.BootstrapPartDto);
        pods.MapGet("/config_dump/{part}", UnknownPart).Reads("clusterName");
        pods.MapGet("/config_dump_ztunnel", ZtunnelAsync).Reads("clusterName").Writes(typeof(JsonObject));
        pods.MapPost("/logging", SetLevelAsync).Reads("level", "clusterName");

        void MapPart<T>(string path, Func<ConfigDump, T> select, JsonTypeInfo<T> type) => api.MapGet(
            path,
            async Task<JsonHttpResult<T>> (WeftConsole console, HttpRequest request, string ns, string pod, CancellationToken cancellationToken) =>
                TypedResults.Json(select(await ReadAsync(console, request, ns, pod, cancellationToken)), type)).Reads("clusterName").Needs(NeededRight.AskProxies);
    }

    /// <summary>As in Kiali: it has nothing in it.</summary>
    private static JsonHttpResult<Dictionary<string, string>> UnknownPart(WeftConsole console, HttpRequest request, string ns, string pod, string part)
    {
        PodEndpoints.Find(console, request, ns, pod);
        return TypedResults.Json(new Dictionary<string, string>(), FullJsonContext.Default.DictionaryStringString);
    }

    private static async Task<IResult> ZtunnelAsync(WeftConsole console, HttpRequest request, string ns, string pod, CancellationToken cancellationToken)
    {
        var found = PodEndpoints.Find(console, request, ns, pod);
        var isZtunnel = console.Inventory.Current.FindNamespace(ns)!.Workloads.Values.Any(workload => workload.IsZtunnel && workload.Pods.Contains(found));
        var dump = isZtunnel ? ZtunnelDump.Read(await console.Pods.GetAsync(found, IPodHttp.ProxyAdminPort, "/config_dump", cancellationToken)) : null;
        return dump is null ? TypedResults.Text("null", "application/json") : TypedResults.Json(dump, FullJsonContext.Default.JsonObject);
    }

    private static async Task<Ok> SetLevelAsync(WeftConsole console, HttpRequest request, string ns, string pod, CancellationToken cancellationToken)
    {
        var level = request.Query.First("level");
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
