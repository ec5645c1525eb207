using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.Console.IstioConfig;
using Weft.Istio.GatewayApi;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Yaml;

namespace Weft.Console.Inventory;

/// <summary>Makes an inventory of watched objects. Pure.</summary>
public static class MeshInventoryBuilder
{
    private const string ServiceNameLabel = "kubernetes.io/service-name";
    /// <summary>Those of the mesh's own proxies are not offered to users.</summary>
    private static readonly string[] IstioGatewayControllers = ["istio.io/gateway-controller", "istio.io/unmanaged-gateway"];


    public static MeshInventory Build(InventoryObjects objects, string cluster, string controlPlaneNamespace)
    {
        var configuration = objects.Configuration;
        var routes = new ServiceReferences(configuration);
        var serviceEntries = configuration.Typed<ServiceEntry>(ConfigKinds.ServiceEntry);
        var parts = new NamespaceParts(
            controlPlaneNamespace,
            WorkloadCollector.Collect(objects).ToLookup(workload => workload.Namespace),
            ServicesOf(objects, routes).ToLookup(service => service.Namespace),
            configuration.Typed<WorkloadEntry>(ConfigKinds.WorkloadEntry).ToLookup(entry => entry.Metadata.Namespace ?? ""),
            ExternalServices(configuration, routes).ToLookup(service => service.Namespace),
            objects.Pods.ToLookup(pod => pod.Metadata.Namespace ?? ""),
            configuration);
        return new MeshInventory
        {
            Cluster = cluster,
            ControlPlaneNamespace = controlPlaneNamespace,
            Namespaces = objects.Namespaces.Where(ns => IsShown(ns.Metadata.Name)).Select(parts.Of).ToFrozenDictionary(ns => ns.Name),
            Waypoints = parts.Workloads.SelectMany(group => group).Where(workload => workload.IsWaypoint).Select(workload => new NamespacedName(workload.Namespace, workload.Name)).ToFrozenSet(),
            VirtualServices =
            [
                .. Oldest(configuration.Typed<VirtualService>(ConfigKinds.VirtualService)).Select(RouteFacts.Of),
                .. Oldest(configuration.Typed<K8sHttpRoute>(ConfigKinds.K8sHttpRoute)).Select(RouteFacts.Of),
                .. Oldest(configuration.Typed<K8sGrpcRoute>(ConfigKinds.K8sGrpcRoute)).Select(RouteFacts.Of),
            ],
            GatewayClasses = [.. Oldest(objects.GatewayClasses).Where(one => IstioGatewayControllers.Contains(one.Spec.ControllerName)).Select(one => one.Metadata.Name)],
            DestinationRules = [.. Oldest(configuration.Typed<DestinationRule>(ConfigKinds.DestinationRule)).Select(DestinationRuleFactsOf)],
            ServiceEntries = [.. Oldest(serviceEntries).Select(ServiceEntryFactsOf)],
            Gateways =
            [
                .. Oldest(configuration.Typed<Gateway>(ConfigKinds.Gateway)).Select(GatewayFactsOf),
                .. Oldest(configuration.Of(ConfigKinds.K8sGateway)).Select(K8sGatewayFactsOf),
            ],
            Configuration = configuration,
            Config = ConfigOf(objects.ControlPlaneConfig),
            ControlPlaneConfig = objects.ControlPlaneConfig.ToFrozenDictionary(map => map.Metadata.Name),
            Routes = routes,
        };
    }

    private static MeshConfig ConfigOf(ImmutableArray<ConfigMap> maps)
    {
        var yaml = maps.FirstOrDefault(map => map.Metadata.Name == MeshConfig.ConfigMapName)?.Data.GetValueOrDefault(MeshConfig.ConfigMapKey, "") ?? "";
        try
        {
            return KubeYaml.Read(yaml) is [var document, ..] ? MeshConfig.From(document.Content) : MeshConfig.Default;
        }
        catch (Exception failure) when (failure is YamlFormatException or JsonException)
        {
            // The control plane tells of it; the console shows the mesh all the same.
            return MeshConfig.Default;
        }
    }

    /// <summary>Kubernetes' own namespaces are not part of the mesh's picture.</summary>
    private static bool IsShown(string ns) => !ns.StartsWith("kube-", StringComparison.Ordinal) && !ns.StartsWith("openshift", StringComparison.Ordinal);

    /// <summary>Istio's order of precedence.</summary>
    private static IEnumerable<T> Oldest<T>(IEnumerable<T> objects)
        where T : IKubeObject => objects
        .OrderBy(item => item.Metadata.CreationTimestamp)
        .ThenBy(item => item.Metadata.Name, StringComparer.Ordinal)
        .ThenBy(item => item.Metadata.Namespace, StringComparer.Ordinal);

    private static IEnumerable<ServiceFacts> ServicesOf(InventoryObjects objects, ServiceReferences routes)
    {
        var slices = objects.EndpointSlices.ToLookup(slice => (slice.Metadata.Namespace ?? "", slice.Metadata.Labels.GetValueOrDefault(ServiceNameLabel, "")));
        return objects.Services.Select(service => new ServiceFacts
        {
            Namespace = service.Metadata.Namespace ?? "",
            Name = service.Metadata.Name,
            Labels = service.Metadata.Labels,
            Annotations = service.Metadata.Annotations,
            Selector = service.Spec.Selector,
            Definition = service,
            References = routes.Of(Hostname.OfService(service.Metadata.Name, service.Metadata.Namespace ?? "")),
            Endpoints = [.. slices[(service.Metadata.Namespace ?? "", service.Metadata.Name)]],
        });
    }

    private static IEnumerable<ExternalServiceFacts> ExternalServices(ConfigInventory configuration, ServiceReferences routes) =>
        from entry in configuration.Of(ConfigKinds.ServiceEntry)
        from host in entry.Content["spec"]?["hosts"] as JsonArray ?? []
        where host is JsonValue
        group entry by (Namespace: entry.Metadata.Namespace ?? "", Host: host.ToString()) into entries
        select new ExternalServiceFacts
        {
            Namespace = entries.Key.Namespace,
            Host = entries.Key.Host,
            Entries = [.. entries],
            References = [.. entries.Select(entry => ConfigReference.To(ConfigKinds.ServiceEntry, entry)), .. routes.Of(entries.Key.Host)],
        };

    /// <summary>Everything that is sorted into namespaces.</summary>
    private sealed record NamespaceParts(
        string ControlPlaneNamespace,
        ILookup<string, WorkloadFacts> Workloads,
        ILookup<string, ServiceFacts> Services,
        ILookup<string, WorkloadEntry> WorkloadEntries,
        ILookup<string, ExternalServiceFacts> ExternalServices,
        ILookup<string, Pod> Pods,
        ConfigInventory Configuration)
    {
        public NamespaceInventory Of(Namespace ns)
        {
            var name = ns.Metadata.Name;
            var services = Services[name].ToFrozenDictionary(service => service.Name);
            var selecting = new WorkloadReferences(Configuration, name);
            var workloads = Workloads[name]
                .GroupBy(workload => workload.Name)
                .Select(group => group.First())
                .Select(workload => workload with
                {
                    References = selecting.Of(workload.Labels),
                    Services = [.. services.Values.Where(service => service.Selects(workload)).OrderBy(service => service.Name, StringComparer.Ordinal)],
                })
                .ToFrozenDictionary(workload => workload.Name);
            var isControlPlane = name == ControlPlaneNamespace;
            return new NamespaceInventory
            {
                Name = name,
                Created = ns.Metadata.CreationTimestamp ?? DateTimeOffset.UnixEpoch,
                Labels = ns.Metadata.Labels,
                Annotations = ns.Metadata.Annotations,
                IsControlPlane = isControlPlane,
                IsAmbient = ns.Metadata.Labels.GetValueOrDefault("istio.io/dataplane-mode") == "ambient",
                Revision = isControlPlane ? InjectionDecision.DefaultRevision : InjectionDecision.SelectedRevision(ns.Metadata.Labels, ImmutableDictionary<string, string>.Empty),
                Workloads = workloads,
                WorkloadsByApp = workloads.Values
                    .Where(workload => workload.Identity.App is not null)
                    .GroupBy(workload => workload.Identity.App!)
                    .ToFrozenDictionary(group => group.Key, group => group.OrderBy(workload => workload.Name, StringComparer.Ordinal).ToImmutableArray()),
                Services = services,
                WorkloadEntries = [.. Oldest(WorkloadEntries[name]).Select(entry => new WorkloadEntryFacts(name, entry.Metadata.Name, entry.Spec.Labels))],
                ExternalServices = ExternalServices[name].ToFrozenDictionary(service => service.Host),
                Pods = Pods[name].ToFrozenDictionary(pod => pod.Metadata.Name),
            };
        }
    }

    private static ServiceEntryFacts ServiceEntryFactsOf(ServiceEntry entry) => new()
    {
        Namespace = entry.Metadata.Namespace ?? "",
        Name = entry.Metadata.Name,
        Hosts = entry.Spec.Hosts,
        Location = entry.Spec.Location ?? "MESH_EXTERNAL",
        ExportTo = entry.Spec.ExportTo,
    };

    private static DestinationRuleFacts DestinationRuleFactsOf(DestinationRule rule) => new()
    {
        Namespace = rule.Metadata.Namespace ?? "",
        Name = rule.Metadata.Name,
        Host = FullyQualified(rule.Spec.Host, rule.Metadata.Namespace ?? ""),
        HasCircuitBreaker = BreaksCircuits(rule.Spec.TrafficPolicy),
        CircuitBreakingSubsets = [.. rule.Spec.Subsets.Where(subset => BreaksCircuits(subset.TrafficPolicy)).Select(subset => subset.Labels)],
    };

    private static bool BreaksCircuits(TrafficPolicy? policy) => policy is { ConnectionPool: not null } or { OutlierDetection: not null };

    private static GatewayFacts GatewayFactsOf(Gateway gateway) => new()
    {
        Namespace = gateway.Metadata.Namespace ?? "",
        Name = gateway.Metadata.Name,
        Hostnames = [.. gateway.Spec.Servers.SelectMany(server => server.Hosts).Distinct()],
        Selector = gateway.Spec.Selector,
    };

    private static GatewayFacts K8sGatewayFactsOf(UntypedObject gateway) => new()
    {
        Namespace = gateway.Metadata.Namespace ?? "",
        Name = gateway.Metadata.Name,
        Hostnames = [.. (gateway.Content["spec"]?["listeners"] as JsonArray ?? []).Select(listener => listener?["hostname"]?.GetValue<string>()).OfType<string>().Distinct()],
        Selector = ImmutableDictionary<string, string>.Empty.Add(ConfigKinds.GatewayNameLabel, gateway.Metadata.Name),
        IsK8sGatewayApi = true,
    };

    private static string FullyQualified(string host, string ns) => Hostname.Resolve(host, ns);
}
