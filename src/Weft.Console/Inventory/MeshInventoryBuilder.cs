using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Kubernetes.Objects;

namespace Weft.Console.Inventory;

/// <summary>Makes an inventory of watched objects. Pure.</summary>
public static class MeshInventoryBuilder
{
    private const string GatewayNameLabel = "gateway.networking.k8s.io/gateway-name";

    public static MeshInventory Build(InventoryObjects objects, string cluster, string controlPlaneNamespace)
    {
        var workloads = WorkloadCollector.Collect(objects).ToLookup(workload => workload.Namespace);
        var services = objects.Services.ToLookup(service => service.Metadata.Namespace ?? "");
        var entries = objects.WorkloadEntries.ToLookup(entry => entry.Metadata.Namespace ?? "");
        return new MeshInventory
        {
            Cluster = cluster,
            ControlPlaneNamespace = controlPlaneNamespace,
            Namespaces = objects.Namespaces
                .Where(ns => IsShown(ns.Metadata.Name))
                .Select(ns => NamespaceOf(ns, controlPlaneNamespace, workloads[ns.Metadata.Name], services[ns.Metadata.Name], entries[ns.Metadata.Name]))
                .ToFrozenDictionary(ns => ns.Name),
            VirtualServices = [.. Oldest(objects.VirtualServices).Select(VirtualServiceFactsOf)],
            DestinationRules = [.. Oldest(objects.DestinationRules).Select(DestinationRuleFactsOf)],
            ServiceEntries = [.. Oldest(objects.ServiceEntries).Select(ServiceEntryFactsOf)],
            Gateways = [.. Oldest(objects.Gateways).Select(GatewayFactsOf), .. Oldest(objects.K8sGateways).Select(K8sGatewayFactsOf)],
        };
    }

    /// <summary>Kubernetes' own namespaces are not part of the mesh's picture.</summary>
    private static bool IsShown(string ns) => !ns.StartsWith("kube-", StringComparison.Ordinal) && !ns.StartsWith("openshift", StringComparison.Ordinal);

    /// <summary>Istio's order of precedence.</summary>
    private static IEnumerable<T> Oldest<T>(IEnumerable<T> objects)
        where T : IKubeObject => objects
        .OrderBy(item => item.Metadata.CreationTimestamp)
        .ThenBy(item => item.Metadata.Name, StringComparer.Ordinal)
        .ThenBy(item => item.Metadata.Namespace, StringComparer.Ordinal);

    private static NamespaceInventory NamespaceOf(
        Namespace ns, string controlPlaneNamespace, IEnumerable<WorkloadFacts> workloads, IEnumerable<Service> services, IEnumerable<WorkloadEntry> entries)
    {
        var byName = workloads.GroupBy(workload => workload.Name).ToFrozenDictionary(group => group.Key, group => group.First());
        var isControlPlane = ns.Metadata.Name == controlPlaneNamespace;
        return new NamespaceInventory
        {
            Name = ns.Metadata.Name,
            Created = ns.Metadata.CreationTimestamp ?? DateTimeOffset.UnixEpoch,
            Labels = ns.Metadata.Labels,
            Annotations = ns.Metadata.Annotations,
            IsControlPlane = isControlPlane,
            IsAmbient = ns.Metadata.Labels.GetValueOrDefault("istio.io/dataplane-mode") == "ambient",
            Revision = isControlPlane ? InjectionDecision.DefaultRevision : InjectionDecision.SelectedRevision(ns.Metadata.Labels, ImmutableDictionary<string, string>.Empty),
            Workloads = byName,
            WorkloadsByApp = byName.Values
                .Where(workload => workload.Identity.App is not null)
                .GroupBy(workload => workload.Identity.App!)
                .ToFrozenDictionary(group => group.Key, group => group.OrderBy(workload => workload.Name, StringComparer.Ordinal).ToImmutableArray()),
            Services = services.ToFrozenDictionary(service => service.Metadata.Name, ServiceFactsOf),
            WorkloadEntries = [.. Oldest(entries).Select(entry => new WorkloadEntryFacts(ns.Metadata.Name, entry.Metadata.Name, entry.Spec.Labels))],
        };
    }

    private static ServiceFacts ServiceFactsOf(Service service) => new()
    {
        Namespace = service.Metadata.Namespace ?? "",
        Name = service.Metadata.Name,
        Labels = service.Metadata.Labels,
        Annotations = service.Metadata.Annotations,
        Selector = service.Spec.Selector,
    };

    private static ServiceEntryFacts ServiceEntryFactsOf(ServiceEntry entry) => new()
    {
        Namespace = entry.Metadata.Namespace ?? "",
        Name = entry.Metadata.Name,
        Hosts = entry.Spec.Hosts,
        Location = entry.Spec.Location ?? "MESH_EXTERNAL",
        ExportTo = entry.Spec.ExportTo,
    };

    private static VirtualServiceFacts VirtualServiceFactsOf(VirtualService service)
    {
        var spec = service.Spec;
        var ns = service.Metadata.Namespace ?? "";
        var destinations = spec.Http.SelectMany(route => route.Route.Select(to => to.Destination))
            .Concat(spec.Tls.SelectMany(route => route.Route.Select(to => to.Destination)))
            .Concat(spec.Tcp.SelectMany(route => route.Route.Select(to => to.Destination)));
        return new VirtualServiceFacts
        {
            Namespace = ns,
            Name = service.Metadata.Name,
            Hosts = spec.Hosts,
            Destinations = [.. destinations.Select(destination => FullyQualified(destination.Host, ns)).Distinct()],
            HasRequestRouting = spec.Http.Any(route => !route.Route.IsEmpty),
            HasRequestTimeout = spec.Http.Any(route => route.Timeout is not null),
            HasFaultInjection = spec.Http.Any(route => route.Fault is not null),
            HasTrafficShifting = spec.Http.Any(route => route.Route.Length > 1),
            HasTcpTrafficShifting = spec.Tcp.Any(route => route.Route.Length > 1) || spec.Tls.Any(route => route.Route.Length > 1),
            HasMirroring = spec.Http.Any(route => route.Mirror is not null || !route.Mirrors.IsEmpty),
        };
    }

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
        Selector = ImmutableDictionary<string, string>.Empty.Add(GatewayNameLabel, gateway.Metadata.Name),
        IsK8sGatewayApi = true,
    };

    private static string FullyQualified(string host, string ns) => Hostname.Resolve(host, ns);
}
