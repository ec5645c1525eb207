using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Weft.Istio.Mesh;
using Weft.Istio.Snapshot;
using Weft.Kubernetes.Objects;

namespace Weft.ControlPlane.Debug;

/// <summary>The hosts of the registry and their endpoints, in the form of istiod's model.Service and IstioEndpoint.</summary>
internal sealed class RegistryPages(DebugSources sources)
{
    public JsonArray Services() => [.. Described(sources.Snapshot.Services)];

    public IEnumerable<JsonObject> Described(IEnumerable<MeshService> services)
    {
        var kubernetes = sources.Snapshot.Objects.Services.ToDictionary(NamespacedName.Of);
        return services.Select(service => Service(service, SourceOf(service, kubernetes)));
    }

    /// <summary>The service ports that lead to each connected proxy's own workload.</summary>
    public JsonObject Instances()
    {
        var kubernetes = sources.Snapshot.Objects.Services.ToDictionary(NamespacedName.Of);
        var proxies = new JsonObject();
        foreach (var proxy in sources.Proxies.DistinctBy(proxy => proxy.Node.PodId))
        {
            proxies[proxy.Node.PodId] = new JsonArray(
            [
                .. proxy.Node.Addresses.SelectMany(sources.Snapshot.InstancesAt).Select(instance =>
                {
                    var port = Port(instance.Port);
                    port["TargetPort"] = instance.Endpoint.Port;
                    return new JsonObject { ["Service"] = Service(instance.Service, SourceOf(instance.Service, kubernetes)), ["Port"] = port };
                }),
            ]);
        }

        return proxies;
    }

    public JsonObject Endpoints()
    {
        var hosts = new JsonObject();
        foreach (var service in sources.Snapshot.Services.Where(service => service.Endpoints.Length > 0).DistinctBy(service => service.Host).OrderBy(service => service.Host, StringComparer.Ordinal))
        {
            var shard = $"{Registry(service)}/{sources.ClusterId}";
            hosts[service.Host] = new JsonObject
            {
                [service.Namespace] = new JsonObject
                {
                    ["ServiceAccounts"] = Empty(service.Endpoints.Select(endpoint => Account(endpoint)).Where(account => account.Length > 0)),
                    ["Shards"] = new JsonObject { [shard] = new JsonArray([.. service.Endpoints.Select(Endpoint)]) },
                },
            };
        }

        return hosts;
    }

    private JsonObject Service(MeshService service, Service? source) => new()
    {
        ["Attributes"] = Attributes(service, source),
        ["MeshExternal"] = service.IsExternal,
        ["Resolution"] = ResolutionNumber(service.Resolution),
        ["ResourceVersion"] = source?.Metadata.ResourceVersion ?? "",
        ["clusterVIPs"] = new JsonObject { ["Addresses"] = service.Addresses.Length == 0 ? null : new JsonObject { [sources.ClusterId] = new JsonArray([.. service.Addresses]) } },
        ["creationTime"] = service.CreationTimestamp?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        ["defaultAddress"] = service.Addresses.Length > 0 ? service.Addresses[0] : "0.0.0.0",
        ["hostname"] = service.Host,
        ["ports"] = new JsonArray([.. service.Ports.Select(Port)]),
    };

    private static JsonObject Port(MeshServicePort port) => new() { ["name"] = port.Name, ["port"] = port.Number, ["protocol"] = ProtocolName(port) };

    private static Service? SourceOf(MeshService service, Dictionary<NamespacedName, Service> kubernetes) =>
        service.Registry == ServiceRegistry.Kubernetes ? kubernetes.GetValueOrDefault(new NamespacedName(service.Namespace, service.Name)) : null;

    private static JsonObject Attributes(MeshService service, Service? source) => new()
    {
        ["Aliases"] = null,
        ["ClusterExternalAddresses"] = new JsonObject { ["Addresses"] = null },
        ["ClusterExternalPorts"] = null,
        ["DNSConnectStrategy"] = 0,
        ["ExportTo"] = service.ExportTo is ["*"] ? null : Empty(service.ExportTo),
        ["ExternalName"] = service.AliasOf ?? "",
        ["LabelSelectors"] = service.Selector.IsEmpty ? null : Texts(service.Selector),
        ["Labels"] = service.Labels.IsEmpty ? null : Texts(service.Labels),
        ["Name"] = service.Name,
        ["Namespace"] = service.Namespace,
        ["NodeLocal"] = service.NodeLocal,
        ["ObjectName"] = "",
        ["PassthroughTargetPorts"] = null,
        ["PublishNotReadyAddresses"] = source?.Spec.PublishNotReadyAddresses ?? false,
        ["ServiceRegistry"] = Registry(service),
        ["TrafficDistribution"] = service.TrafficDistribution switch { null => 0, "PreferSameNode" => 2, _ => 1 },
        ["Type"] = source is null ? "" : source.Spec.Type ?? "ClusterIP",
    };

    private JsonObject Endpoint(MeshEndpoint endpoint) => new()
    {
        ["Addresses"] = new JsonArray(endpoint.Address),
        ["EndpointPort"] = endpoint.Port,
        ["HealthStatus"] = endpoint.Ready == false ? 2 : 1,
        ["HostName"] = endpoint.Hostname,
        ["Labels"] = Texts(PlaceLabels.On(endpoint.Labels, sources.ClusterId, endpoint.Locality, endpoint.NodeName ?? "", endpoint.Network ?? "")),
        ["LbWeight"] = endpoint.Weight == 1 ? 0 : endpoint.Weight,
        ["LegacyClusterPortKey"] = 0,
        ["Locality"] = new JsonObject { ["ClusterID"] = sources.ClusterId, ["Label"] = endpoint.Locality.ToString() },
        ["Namespace"] = endpoint.Namespace,
        ["Network"] = endpoint.Network,
        ["NodeName"] = endpoint.NodeName,
        ["SendUnhealthyEndpoints"] = false,
        ["ServiceAccount"] = Account(endpoint),
        ["ServicePortName"] = endpoint.PortName,
        ["SubDomain"] = "",
        ["TLSMode"] = endpoint.AcceptsMutualTls ? "istio" : "disabled",
        ["WorkloadName"] = endpoint.WorkloadName,
    };

    private string Account(MeshEndpoint endpoint) =>
        endpoint.ServiceAccount.Length == 0 ? "" : $"spiffe://{sources.Snapshot.Mesh.TrustDomain}/ns/{endpoint.Namespace}/sa/{endpoint.ServiceAccount}";

    private static string Registry(MeshService service) => service.Registry.ToString();

    /// <summary>Istio's numbers of its resolution enumeration.</summary>
    private static int ResolutionNumber(ServiceResolution resolution) => resolution switch
    {
        ServiceResolution.Endpoints => 0,
        ServiceResolution.Dns => 1,
        ServiceResolution.Passthrough => 2,
        ServiceResolution.DnsRoundRobin => 3,
        ServiceResolution.Alias => 4,
        ServiceResolution.DynamicDns => 5,
        _ => throw new UnreachableException(),
    };

    private static string ProtocolName(MeshServicePort port) => port.Protocol switch
    {
        PortProtocol.Unknown => "UnsupportedProtocol",
        PortProtocol.GrpcWeb => "GRPC-Web",
        PortProtocol.HttpProxy => "HTTP_PROXY",
        PortProtocol.Mongo => "Mongo",
        PortProtocol.Redis => "Redis",
        PortProtocol.MySql => "MySQL",
        _ => port.Protocol.ToString().ToUpperInvariant(),
    };

    private static JsonObject Empty(IEnumerable<string> names) =>
        new(names.Distinct().Order(StringComparer.Ordinal).Select(name => KeyValuePair.Create<string, JsonNode?>(name, new JsonObject())));

    private static JsonObject Texts(IEnumerable<KeyValuePair<string, string>> pairs) =>
        new(pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value)));
}
