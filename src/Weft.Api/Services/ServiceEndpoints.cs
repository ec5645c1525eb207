using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Weft.Api.Answers;
using Weft.Api.Description;
using Weft.Api.Errors;
using Weft.Api.Health;
using Weft.Api.IstioConfig;
using Weft.Api.MeshTopology;
using Weft.Api.Requests;
using Weft.Api.Workloads;
using Weft.Console;
using Weft.Console.Inventory;
using Weft.Kubernetes.Objects;

namespace Weft.Api.Services;

/// <summary>Services of Kubernetes, and hosts that ServiceEntries bring into the registry.</summary>
internal static class ServiceEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/clusters/services", ListAsync).Reads([.. QueryParameters.Lists, "onlyDefinitions"]);
        api.MapGet("/namespaces/{ns}/services/{service}", DetailsAsync).Reads(QueryParameters.Details);
    }

    private static async Task<SharedAnswer<ServiceListDto>> ListAsync(WeftConsole console, SharedAnswers answers, HttpContext context, CancellationToken cancellationToken)
    {
        var query = context.Request.Query;
        var health = NamespaceQuery.Flag(query, "health", true) ? await HealthRequest.ReadAsync(console, context, cancellationToken) : null;
        var withReferences = NamespaceQuery.Flag(query, "istioResources", true);
        var onlyDefinitions = NamespaceQuery.Flag(query, "onlyDefinitions", true);
        var mesh = console.Inventory.Current;
        return answers.Of(health ?? (object)mesh, context.Request, () => new ServiceListDto(NamespaceQuery.ClusterOf(query, mesh), [.. Items()], []), FullJsonContext.Default.ServiceListDto);

        IEnumerable<ServiceListItemDto> Items() => NamespaceQuery.Wanted(query, mesh).SelectMany(ns => ns.Services.Values.OrderBy(service => service.Name, StringComparer.Ordinal)
            .Select(service => onlyDefinitions ? ServiceMapping.ToListItem(service, mesh.Cluster, health) : ServiceMapping.ToFullListItem(service, ns, mesh, health, withReferences))
            .Concat(ns.ExternalServices.Values.OrderBy(service => service.Host, StringComparer.Ordinal)
                .Select(service => ServiceMapping.ToListItem(service, mesh.Cluster, health, withReferences))));
    }

    private static async Task<JsonHttpResult<ServiceDetailsDto>> DetailsAsync(WeftConsole console, HttpContext context, string ns, string service, CancellationToken cancellationToken)
    {
        var mesh = console.Inventory.Current;
        var found = NamespaceQuery.Find(context.Request, mesh, ns);
        var permissions = console.Permissions.OfNamespaceAsync(ns, cancellationToken);
        var health = await HealthRequest.ReadAsync(console, context, cancellationToken);
        var details = found.Services.TryGetValue(service, out var kubernetes) ? OfKubernetes(found, kubernetes, mesh, health.OfService(kubernetes).ToDto())
            : found.ExternalServices.TryGetValue(service, out var external) ? OfExternal(external, mesh, health.OfExternalService(external).ToDto())
            : throw ApiException.NotFound($"Service.Kiali \"{service}\" not found");
        return TypedResults.Json(
            details with
            {
                IstioPermissions = PermissionsDto.Of((await permissions).All),
                NamespaceTls = NamespaceTlsDto.Of(ns, mesh.Cluster, console.Tls.OfNamespace(ns)),
            },
            FullJsonContext.Default.ServiceDetailsDto);
    }

    private static ServiceDetailsDto OfKubernetes(NamespaceInventory ns, ServiceFacts service, MeshInventory mesh, HealthDto health)
    {
        var workloads = ServiceMapping.WorkloadsOf(ns, service);
        var definition = ServiceMapping.ToDto(service, mesh.Cluster);
        return Of(definition, mesh, service.Host, health) with
        {
            Endpoints = ServiceMapping.EndpointsOf(service),
            Workloads = [.. workloads.Select(WorkloadMapping.ToServiceWorkload)],
            IstioSidecar = ServiceMapping.HasSidecar(workloads),
            IsAmbient = workloads.Count > 0 && workloads.All(workload => workload.IsAmbient),
            WaypointWorkloads = WaypointLinkDto.Of(WaypointUse.Of(mesh, service), mesh.Cluster),
        };
    }

    private static ServiceDetailsDto OfExternal(ExternalServiceFacts service, MeshInventory mesh, HealthDto health) =>
        Of(ServiceMapping.ToDto(service, mesh.Cluster), mesh, service.Host, health) with { ServiceEntries = Contents(service.Entries), IstioSidecar = true };

    private static ServiceDetailsDto Of(ServiceDto service, MeshInventory mesh, string host, HealthDto health) => new()
    {
        Service = service,
        Endpoints = [],
        Workloads = [],
        VirtualServices = Contents(mesh.Routes.VirtualServicesTo(host)),
        DestinationRules = Contents(mesh.Routes.DestinationRulesFor(host)),
        ServiceEntries = null,
        K8sHttpRoutes = Contents(mesh.Routes.HttpRoutesTo(host)),
        K8sGrpcRoutes = Contents(mesh.Routes.GrpcRoutesTo(host)),
        IstioPermissions = PermissionsDto.None,
        IstioSidecar = false,
        IsAmbient = false,
        NamespaceTls = NamespaceTlsDto.None,
        SubServices = [ServiceMapping.ToSubService(service)],
        Health = health,
    };

    private static JsonObject[] Contents(ImmutableArray<UntypedObject> objects) => [.. objects.Select(item => item.Content)];
}
