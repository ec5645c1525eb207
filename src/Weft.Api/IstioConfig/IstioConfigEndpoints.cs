using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Weft.Api.Description;
using Weft.Api.Errors;
using Weft.Api.Requests;
using Weft.Console;
using Weft.Console.Access;
using Weft.Console.IstioConfig;
using Weft.Console.Inventory;
using Weft.Kubernetes.Objects;

namespace Weft.Api.IstioConfig;

/// <summary>Istio's and the Gateway API's objects: lists, one by one, and what may be done with them. Read only.</summary>
internal static class IstioConfigEndpoints
{
    /// <summary>The kinds that Kiali's forms create: only of these it tells rights in advance.</summary>
    private static readonly string[] Creatable =
    [
        "AuthorizationPolicy", "Gateway", "PeerAuthentication", "ReferenceGrant", "RequestAuthentication", "ServiceEntry", "Sidecar",
    ];

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/istio/config", (WeftConsole console, HttpRequest request) => List(console, request, null)).Reads("objects", "labelSelector", "workloadSelector", "validate", "clusterName");
        api.MapGet("/namespaces/{ns}/istio", (WeftConsole console, HttpRequest request, string ns) => List(console, request, ns)).Reads("objects", "labelSelector", "workloadSelector", "validate", "clusterName");
        api.MapGet("/namespaces/{ns}/istio/{group}/{version}/{kind}/{name}", DetailsAsync).Reads("validate", "help", "clusterName");
        api.MapGet("/istio/permissions", PermissionsAsync).Reads("namespaces", "clusterName");
        api.MapGet("/istio/validations", Validations).Reads("namespaces", "clusterName");
        api.MapGet("/namespaces/{ns}/validations", ValidationsOf);
    }

    private static JsonHttpResult<ConfigListDto> List(WeftConsole console, HttpRequest request, string? ns)
    {
        var mesh = console.Inventory.Current;
        NamespaceQuery.RequireHomeCluster(request, mesh);
        var filter = ConfigFilter.Parse(request.Query);
        if (ns is not null)
        {
            NamespaceQuery.Find(request, mesh, ns);
        }

        var resources = ConfigKinds.All.ToDictionary(
            kind => kind.GroupVersionKind.ToString(),
            kind => filter.Wants(kind)
                ? (ns is null ? mesh.Configuration.Of(kind.GroupVersionKind).Where(item => IsShown(mesh, item)) : mesh.Configuration.Of(kind.GroupVersionKind, ns))
                    .Where(item => filter.Wants(kind, item)).Select(item => item.Content).ToArray()
                : []);
        return TypedResults.Json(new ConfigListDto(resources, []), FullJsonContext.Default.ConfigListDto);
    }

    private static bool IsShown(MeshInventory mesh, UntypedObject item) => mesh.FindNamespace(item.Metadata.Namespace ?? "") is not null;

    private static async Task<JsonHttpResult<ConfigDetailsDto>> DetailsAsync(
        WeftConsole console, HttpRequest request, string ns, string group, string version, string kind, string name, CancellationToken cancellationToken)
    {
        var mesh = console.Inventory.Current;
        var type = new GroupVersionKind(group, version, kind);
        var resource = ConfigKinds.Find(type) ?? throw ApiException.BadRequest($"Object type not managed: {type}");
        NamespaceQuery.Find(request, mesh, ns);
        var item = mesh.Configuration.Find(type, ns, name) ?? throw ApiException.NotFound($"{resource.Plural}.{group} \"{name}\" not found");
        var permissions = await console.Permissions.OfNamespaceAsync(ns, cancellationToken);
        return TypedResults.Json(
            new ConfigDetailsDto
            {
                Cluster = mesh.Cluster,
                Namespace = new ConfigNamespaceDto(ns, mesh.Cluster),
                Gvk = GroupVersionKindDto.Of(type),
                Resource = item.Content,
                Permissions = PermissionsDto.Of(permissions.Of(resource)),
                References = NamespaceQuery.Flag(request.Query, "validate", false) ? ToDto(ObjectReferences.Of(item, type, mesh)) : null,
                Help = NamespaceQuery.Flag(request.Query, "help", false) ? ConfigHelp.Of(type) : null,
            },
            FullJsonContext.Default.ConfigDetailsDto);
    }

    private static async Task<JsonHttpResult<Dictionary<string, Dictionary<string, PermissionsDto>>>> PermissionsAsync(WeftConsole console, HttpRequest request, CancellationToken cancellationToken)
    {
        var mesh = console.Inventory.Current;
        NamespaceQuery.RequireHomeCluster(request, mesh);
        var namespaces = request.Query.First("namespaces").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Distinct(StringComparer.Ordinal).Where(ns => mesh.FindNamespace(ns) is not null).ToList();
        var reviews = await Task.WhenAll(namespaces.Select(ns => console.Permissions.OfNamespaceAsync(ns, cancellationToken)));
        return TypedResults.Json(
            namespaces.Zip(reviews).ToDictionary(pair => pair.First, pair => ToDto(pair.Second)), FullJsonContext.Default.DictionaryStringDictionaryStringPermissionsDto);
    }

    private static Dictionary<string, PermissionsDto> ToDto(ConfigPermissions permissions) => ConfigKinds.All
        .Where(kind => Creatable.Contains(kind.Kind))
        .ToDictionary(kind => kind.GroupVersionKind.ToString(), kind => PermissionsDto.Of(permissions.Of(kind)));

    private static JsonHttpResult<ValidationSummaryDto[]> Validations(WeftConsole console, HttpRequest request)
    {
        var mesh = console.Inventory.Current;
        return TypedResults.Json(NamespaceQuery.Wanted(request.Query, mesh).Select(ns => Summary(mesh, ns.Name)).ToArray(), FullJsonContext.Default.ValidationSummaryDtoArray);
    }

    private static JsonHttpResult<ValidationSummaryDto> ValidationsOf(WeftConsole console, HttpRequest request, string ns)
    {
        var mesh = console.Inventory.Current;
        NamespaceQuery.Find(request, mesh, ns);
        return TypedResults.Json(Summary(mesh, ns), FullJsonContext.Default.ValidationSummaryDto);
    }

    private static ValidationSummaryDto Summary(MeshInventory mesh, string ns) =>
        new(mesh.Cluster, ns, 0, 0, ConfigKinds.All.Sum(kind => mesh.Configuration.Of(kind.GroupVersionKind, ns).Length));

    private static ConfigReferencesDto ToDto(ObjectReferences references) => new(
        [.. references.Objects.Select(item => new ObjectReferenceDto(GroupVersionKindDto.Of(item.Kind), item.Name, item.Namespace))],
        [.. references.Services.Select(service => new ServiceReferenceDto { Name = service.Name, Namespace = service.Namespace, IsServiceEntry = service.IsServiceEntry })],
        [.. references.Workloads.Select(workload => new WorkloadReferenceDto(workload.Name, workload.Namespace))]);
}
