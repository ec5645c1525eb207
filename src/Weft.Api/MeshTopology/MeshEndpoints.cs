using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Weft.Api.Config;
using Weft.Api.Description;
using Weft.Api.Namespaces;
using Weft.Console;
using Weft.Console.Inventory;
using Weft.Console.IstioConfig;
using Weft.Console.MeshTopology;
using Weft.Kubernetes.Objects;

namespace Weft.Api.MeshTopology;

/// <summary>What the mesh itself is made of: its parts and their state, its control planes, and the graph of both.</summary>
internal static class MeshEndpoints
{
    private const string MeshId = "cluster.local";
    private const string Healthy = nameof(ComponentState.Healthy);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/istio/status", StatusAsync);
        api.MapGet("/istio/certs", CertificatesAsync);
        api.MapGet("/mesh/controlplanes", ControlPlanesAsync);
        api.MapGet("/mesh/graph", GraphAsync).Reads("includeGateways", "includeWaypoints", "configVendor", "queryTime");
    }

    private static async Task<JsonHttpResult<ComponentDto[]>> StatusAsync(WeftConsole console, CancellationToken cancellationToken)
    {
        var components = await console.Components.ReadAsync(cancellationToken);
        return TypedResults.Json([.. components.Select(component => ToDto(component, console.Options.Cluster))], ApiJsonContext.Default.ComponentDtoArray);
    }

    /// <summary>The roots of trust; Kiali had this list of its own until its control planes told them.</summary>
    private static async Task<JsonHttpResult<CertificateDto[]>> CertificatesAsync(WeftConsole console, CancellationToken cancellationToken)
    {
        var planes = await console.ControlPlanes.ReadAsync(cancellationToken);
        var certificates = planes.SelectMany(plane => plane.ToDto(console.Options).Config.Certificates).DistinctBy(certificate => certificate.ConfigMapName);
        return TypedResults.Json(certificates.ToArray(), FullJsonContext.Default.CertificateDtoArray);
    }

    private static async Task<JsonHttpResult<ControlPlaneDto[]>> ControlPlanesAsync(WeftConsole console, CancellationToken cancellationToken)
    {
        var planes = await console.ControlPlanes.ReadAsync(cancellationToken);
        return TypedResults.Json(planes.Select(plane => plane.ToDto(console.Options)).ToArray(), FullJsonContext.Default.ControlPlaneDtoArray);
    }

    private static async Task<JsonHttpResult<MeshGraphDto>> GraphAsync(WeftConsole console, HttpRequest request, CancellationToken cancellationToken)
    {
        var options = MeshGraphOptions.Parse(request.Query, console.Time.GetUtcNow());
        var planes = console.ControlPlanes.ReadAsync(cancellationToken);
        var components = console.Components.ReadAsync(cancellationToken);
        var services = await console.Services.ReadAsync(console.Options.Cluster, cancellationToken);
        var states = (await components).ToDictionary(component => component.Name, component => component.State.ToString());
        var versions = services.ToDictionary(service => service.Name, service => service.Version);
        var graph = new MeshGraphBuilder(
            console.Options.Cluster,
            versions.GetValueOrDefault($"Kubernetes-{console.Options.Cluster}"),
            JsonSerializer.SerializeToNode(ConfigMapping.Cluster(console.Options), FullJsonContext.Default.ClusterDto));
        var kiali = graph.Add("kiali", "kiali", console.Options.ControlPlaneNamespace, console.Options.Version, Healthy, Self());
        foreach (var plane in await planes)
        {
            var istiod = AddControlPlane(graph, plane, console, options);
            graph.Connect(kiali, istiod);
        }

        graph.Connect(kiali, graph.AddExternal("metricStore", "Prometheus", versions.GetValueOrDefault("Prometheus"), states.GetValueOrDefault("prometheus", Healthy), new JsonObject { ["enabled"] = true }));
        foreach (var links in console.Links)
        {
            var name = links.Product.ToLowerInvariant();
            var data = new JsonObject { ["enabled"] = true, ["externalURL"] = links.Settings.ExternalUrl?.ToString() ?? "" };
            graph.Connect(kiali, graph.AddExternal(name, links.Product, null, states.GetValueOrDefault(name, Healthy), data));
        }

        if (console.Options.Tracing is { } tracing)
        {
            var data = new JsonObject { ["enabled"] = true, ["provider"] = tracing.Source.Provider, ["externalURL"] = tracing.ExternalUrl?.ToString() ?? "" };
            graph.Connect(kiali, graph.AddExternal("traceStore", tracing.Source.Provider, null, states.GetValueOrDefault("tracing", Healthy), data));
        }

        return TypedResults.Json(new MeshGraphDto(graph.Build(), [MeshId], options.QueryTime), FullJsonContext.Default.MeshGraphDto);
    }

    private static string AddControlPlane(MeshGraphBuilder graph, ControlPlane plane, WeftConsole console, MeshGraphOptions options)
    {
        var mesh = console.Inventory.Current;
        var data = JsonSerializer.SerializeToNode(plane.ToDto(console.Options), FullJsonContext.Default.ControlPlaneDto);
        var istiod = graph.Add("istiod", plane.Workload.Name, plane.Workload.Namespace, plane.Version, plane.State.ToString(), data);
        if (!plane.ManagedNamespaces.IsEmpty)
        {
            var namespaces = new JsonArray([.. plane.ManagedNamespaces.Select(ns => JsonSerializer.SerializeToNode(NamespaceEndpoints.ToDto(ns, mesh.Cluster), FullJsonContext.Default.NamespaceDto))]);
            graph.Connect(istiod, graph.Add("dataplane", "Data Plane", "", plane.Revision, Healthy, namespaces));
        }

        foreach (var gateway in options.IncludeGateways ? GatewaysOf(mesh) : [])
        {
            graph.Connect(istiod, graph.Add("gateway", gateway.Metadata.Name, gateway.Metadata.Namespace!, plane.Revision, Healthy, gateway.Content.DeepClone())); // Within a namespace that is known.
        }

        foreach (var waypoint in options.IncludeWaypoints ? mesh.Waypoints.OrderBy(name => (name.Namespace, name.Name)) : Enumerable.Empty<NamespacedName>())
        {
            graph.Connect(istiod, graph.Add("waypoint", waypoint.Name, waypoint.Namespace, plane.Revision, Healthy, null));
        }

        return istiod;
    }

    private static IEnumerable<UntypedObject> GatewaysOf(MeshInventory mesh) =>
        mesh.Configuration.Of(ConfigKinds.Gateway).Concat(mesh.Configuration.Of(ConfigKinds.K8sGateway))
            .Where(gateway => gateway.Metadata.Namespace is { } ns && mesh.FindNamespace(ns) is not null)
            .DistinctBy(gateway => (gateway.Metadata.Namespace, gateway.Metadata.Name));

    private static JsonObject Self() => new() { ["istioApiEnabled"] = true, ["mode"] = "local" };

    private static ComponentDto ToDto(MeshComponent component, string cluster) => new()
    {
        Name = component.Name,
        Cluster = cluster,
        Status = component.State.ToString(),
        IsCore = component.IsCore,
        MeshId = component.IsOfMesh ? MeshId : null,
    };
}
