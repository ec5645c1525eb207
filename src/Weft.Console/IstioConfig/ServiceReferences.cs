using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Weft.Istio.Mesh;
using Weft.Kubernetes.Objects;

namespace Weft.Console.IstioConfig;

/// <summary>
/// Which routes and rules lead to a host: VirtualServices and Gateway API routes by the destinations of their routes, DestinationRules by
/// <c>spec.host</c>, Gateways through the VirtualServices bound to them. An index over the whole cluster, read once per inventory.
/// </summary>
public sealed class ServiceReferences
{
    private static readonly ImmutableArray<string> RouteProtocols = ["http", "tls", "tcp"];

    private readonly ILookup<string, UntypedObject> _virtualServices;
    private readonly ILookup<string, UntypedObject> _destinationRules;
    private readonly ILookup<string, UntypedObject> _httpRoutes;
    private readonly ILookup<string, UntypedObject> _grpcRoutes;
    private readonly ConfigInventory _configuration;

    internal ServiceReferences(ConfigInventory configuration)
    {
        _configuration = configuration;
        _virtualServices = ByHost(configuration.Of(ConfigKinds.VirtualService), DestinationsOf);
        _destinationRules = ByHost(configuration.Of(ConfigKinds.DestinationRule), rule => [Text(rule.Content["spec"]?["host"])]);
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
        return
        [
            .. virtualServices.Select(item => ConfigReference.To(ConfigKinds.VirtualService, item)),
            .. DestinationRulesFor(host).Select(item => ConfigReference.To(ConfigKinds.DestinationRule, item)),
            .. virtualServices.SelectMany(GatewaysOf).Distinct(),
            .. HttpRoutesTo(host).Select(item => ConfigReference.To(ConfigKinds.K8sHttpRoute, item)),
            .. GrpcRoutesTo(host).Select(item => ConfigReference.To(ConfigKinds.K8sGrpcRoute, item)),
        ];
    }

    private static ILookup<string, UntypedObject> ByHost(ImmutableArray<UntypedObject> objects, Func<UntypedObject, IEnumerable<string>> hostsOf) => objects
        .SelectMany(item => hostsOf(item).Where(host => host.Length > 0).Select(host => Hostname.Resolve(host, item.Metadata.Namespace ?? "")).Distinct().Select(host => (host, item)))
        .ToLookup(pair => pair.host, pair => pair.item, StringComparer.Ordinal);

    internal static IEnumerable<string> DestinationsOf(UntypedObject virtualService) =>
        from protocol in RouteProtocols
        from route in Items(virtualService.Content["spec"]?[protocol])
        from destination in Items(route?["route"])
        select Text(destination?["destination"]?["host"]);

    private static IEnumerable<string> BackendsOf(UntypedObject route) =>
        from rule in Items(route.Content["spec"]?["rules"])
        from backend in Items(rule?["backendRefs"])
        where Text(backend?["kind"]) is "" or "Service"
        let ns = Text(backend?["namespace"])
        select Hostname.OfService(Text(backend?["name"]), ns.Length > 0 ? ns : route.Metadata.Namespace ?? "");

    /// <summary>The Gateways that a VirtualService is bound to, as far as they are there.</summary>
    internal IEnumerable<ConfigReference> GatewaysOf(UntypedObject virtualService) =>
        from gateway in Items(virtualService.Content["spec"]?["gateways"])
        let name = Text(gateway)
        where name is not ("" or "mesh")
        let slash = name.IndexOf('/', StringComparison.Ordinal)
        let reference = slash < 0
            ? new ConfigReference(ConfigKinds.Gateway, virtualService.Metadata.Namespace ?? "", name)
            : new ConfigReference(ConfigKinds.Gateway, name[..slash], name[(slash + 1)..])
        where _configuration.Find(reference.Kind, reference.Namespace, reference.Name) is not null
        select reference;

    private static IEnumerable<JsonNode?> Items(JsonNode? node) => node as JsonArray ?? [];

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}
