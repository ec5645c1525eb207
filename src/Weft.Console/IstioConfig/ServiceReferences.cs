using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Weft.Istio.Effective.Translation;
using Weft.Istio.GatewayApi;
using Weft.Istio.Mesh;
using Weft.Kubernetes.Objects;

namespace Weft.Console.IstioConfig;

/// <summary>
/// Which routes and rules lead to a host: VirtualServices and Gateway API routes by the destinations of their routes, DestinationRules by
/// <c>spec.host</c>, gateways through the routes bound to them. An index over the whole cluster, read once per inventory.
/// </summary>
public sealed class ServiceReferences
{
    private static readonly ImmutableArray<string> RouteProtocols = ["http", "tls", "tcp"];

    private readonly ILookup<string, UntypedObject> _virtualServices;
    private readonly ILookup<string, UntypedObject> _destinationRules;
    private readonly ILookup<string, UntypedObject> _httpRoutes;
    private readonly ILookup<string, UntypedObject> _grpcRoutes;
    private readonly ConfigInventory _configuration;
    private readonly ReferenceGrants _grants;

    internal ServiceReferences(ConfigInventory configuration)
    {
        _configuration = configuration;
        _grants = new ReferenceGrants([.. configuration.Typed<K8sReferenceGrant>(ConfigKinds.K8sReferenceGrant)]);
        _virtualServices = ByHost(configuration.Of(ConfigKinds.VirtualService), DestinationsOf);
        _destinationRules = ByHost(configuration.Of(ConfigKinds.DestinationRule), rule => [Text(Spec(rule)?["host"])]);
        _httpRoutes = ByHost(configuration.Of(ConfigKinds.K8sHttpRoute), BackendsOf);
        _grpcRoutes = ByHost(configuration.Of(ConfigKinds.K8sGrpcRoute), BackendsOf);
    }

    /// <summary>Of a fully qualified host.</summary>
    public ImmutableArray<UntypedObject> VirtualServicesTo(string host) => [.. _virtualServices[host]];

    public ImmutableArray<UntypedObject> DestinationRulesFor(string host) => [.. _destinationRules[host]];

    public ImmutableArray<UntypedObject> HttpRoutesTo(string host) => [.. _httpRoutes[host]];

    public ImmutableArray<UntypedObject> GrpcRoutesTo(string host) => [.. _grpcRoutes[host]];

    public ImmutableArray<ConfigReference> Of(string host)
    {
        var virtualServices = VirtualServicesTo(host);
        var (httpRoutes, grpcRoutes) = (HttpRoutesTo(host), GrpcRoutesTo(host));
        return
        [
            .. virtualServices.Select(item => ConfigReference.To(ConfigKinds.VirtualService, item)),
            .. DestinationRulesFor(host).Select(item => ConfigReference.To(ConfigKinds.DestinationRule, item)),
            .. virtualServices.SelectMany(GatewaysOf).Distinct(),
            .. httpRoutes.Select(item => ConfigReference.To(ConfigKinds.K8sHttpRoute, item)),
            .. grpcRoutes.Select(item => ConfigReference.To(ConfigKinds.K8sGrpcRoute, item)),
            .. httpRoutes.Concat(grpcRoutes).SelectMany(K8sGatewaysOf).Distinct(),
        ];
    }

    private static ILookup<string, UntypedObject> ByHost(ImmutableArray<UntypedObject> objects, Func<UntypedObject, IEnumerable<string>> hostsOf) => objects
        .SelectMany(item => hostsOf(item).Where(host => host.Length > 0).Select(host => Hostname.Resolve(host, item.Metadata.Namespace ?? "")).Distinct().Select(host => (host, item)))
        .ToLookup(pair => pair.host, pair => pair.item, StringComparer.Ordinal);

    internal static IEnumerable<string> DestinationsOf(UntypedObject virtualService) =>
        from protocol in RouteProtocols
        from route in Objects(Spec(virtualService)?[protocol])
        from destination in Objects(route["route"])
        select Text((destination["destination"] as JsonObject)?["host"]);

    /// <summary>The Services that a route of the Gateway API leads to. One of another namespace must have granted it.</summary>
    internal IEnumerable<string> BackendsOf(UntypedObject route) =>
        from rule in Objects(Spec(route)?["rules"])
        from backend in Objects(rule["backendRefs"])
        where Text(backend["kind"]) is "" or "Service"
        let home = route.Metadata.Namespace ?? ""
        let ns = Text(backend["namespace"]) is { Length: > 0 } stated ? stated : home
        let name = Text(backend["name"])
        where name.Length > 0 && _grants.Permit(route.Kind, home, "Service", ns, name)
        select Hostname.OfService(name, ns);

    /// <summary>The Gateways that a route of the Gateway API is a child of, as far as they are there.</summary>
    internal IEnumerable<ConfigReference> K8sGatewaysOf(UntypedObject route) =>
        from parent in Objects(Spec(route)?["parentRefs"])
        where Text(parent["kind"]) is "" or "Gateway"
        let ns = Text(parent["namespace"])
        let reference = new ConfigReference(ConfigKinds.K8sGateway, ns.Length > 0 ? ns : route.Metadata.Namespace ?? "", Text(parent["name"]))
        where _configuration.Find(reference.Kind, reference.Namespace, reference.Name) is not null
        select reference;

    /// <summary>The Gateways that a VirtualService is bound to, as far as they are there.</summary>
    internal IEnumerable<ConfigReference> GatewaysOf(UntypedObject virtualService) =>
        from gateway in Spec(virtualService)?["gateways"] as JsonArray ?? []
        let name = Text(gateway)
        where name is not ("" or "mesh")
        let slash = name.IndexOf('/', StringComparison.Ordinal)
        let reference = slash < 0
            ? new ConfigReference(ConfigKinds.Gateway, virtualService.Metadata.Namespace ?? "", name)
            : new ConfigReference(ConfigKinds.Gateway, name[..slash], name[(slash + 1)..])
        where _configuration.Find(reference.Kind, reference.Namespace, reference.Name) is not null
        select reference;

    private static JsonObject? Spec(UntypedObject item) => item.Content["spec"] as JsonObject;

    /// <summary>What is no object is passed over.</summary>
    private static IEnumerable<JsonObject> Objects(JsonNode? list) => (list as JsonArray ?? []).OfType<JsonObject>();

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}
