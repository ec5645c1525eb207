using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Weft.Console.Inventory;
using Weft.Istio.Mesh;
using Weft.Kubernetes.Objects;

namespace Weft.Console.IstioConfig;

/// <summary>What an object of configuration acts on and what acts through it.</summary>
public sealed record ObjectReferences(
    ImmutableArray<ConfigReference> Objects, ImmutableArray<ServiceReference> Services, ImmutableArray<(string Namespace, string Name)> Workloads)
{
    public static ObjectReferences None { get; } = new([], [], []);

    public static ObjectReferences Of(UntypedObject item, GroupVersionKind kind, MeshInventory mesh)
    {
        var ns = item.Metadata.Namespace ?? "";
        return kind.Kind switch
        {
            "VirtualService" when kind == ConfigKinds.VirtualService => OfVirtualService(item, mesh),
            "DestinationRule" => OfDestinationRule(item, ns, mesh),
            "Gateway" when kind == ConfigKinds.Gateway => OfGateway(item, ns, mesh),
            "ServiceEntry" => None with { Services = [.. Texts(item.Content["spec"]?["hosts"]).Select(host => new ServiceReference(ns, host, IsServiceEntry: true))] },
            "Gateway" => OfK8sGateway(item, ns, mesh),
            "HTTPRoute" or "GRPCRoute" => OfK8sRoute(item, mesh),
            "WorkloadGroup" => OfWorkloadGroup(item, ns, mesh),
            "WorkloadEntry" => OfWorkloadEntry(item, ns, mesh),
            _ => None with { Workloads = Selected(item, kind, ns, mesh) },
        };
    }

    private static ObjectReferences OfVirtualService(UntypedObject item, MeshInventory mesh)
    {
        var hosts = ServiceReferences.DestinationsOf(item).Where(host => host.Length > 0).Select(host => Hostname.Resolve(host, item.Metadata.Namespace ?? "")).Distinct().ToList();
        return None with
        {
            Objects =
            [
                .. hosts.SelectMany(host => mesh.Routes.DestinationRulesFor(host)).Select(rule => ConfigReference.To(ConfigKinds.DestinationRule, rule)),
                .. mesh.Routes.GatewaysOf(item),
            ],
            Services = [.. hosts.Select(host => ServiceOf(host, mesh)).OfType<ServiceReference>()],
        };
    }

    private static ObjectReferences OfDestinationRule(UntypedObject item, string ns, MeshInventory mesh)
    {
        var host = Hostname.Resolve(Text(item.Content["spec"]?["host"]), ns);
        var service = ServiceOf(host, mesh);
        return new ObjectReferences(
            [.. mesh.Routes.VirtualServicesTo(host).Select(route => ConfigReference.To(ConfigKinds.VirtualService, route))],
            service is null ? [] : [service],
            service is { IsServiceEntry: false } && mesh.FindService(service.Namespace, service.Name) is { } found
                ? [.. WorkloadsIn(mesh, service.Namespace).Where(found.Selects).Where(workload => HasSubset(item, workload)).Select(workload => (workload.Namespace, workload.Name))]
                : []);
    }

    private static ObjectReferences OfGateway(UntypedObject item, string ns, MeshInventory mesh)
    {
        var self = ConfigReference.To(ConfigKinds.Gateway, item);
        var selector = Labels(item.Content["spec"]?["selector"]);
        return None with
        {
            Objects =
            [
                .. mesh.Configuration.Of(ConfigKinds.VirtualService).Where(route => mesh.Routes.GatewaysOf(route).Contains(self)).Select(route => ConfigReference.To(ConfigKinds.VirtualService, route)),
            ],
            Workloads = selector.IsEmpty
                ? []
                : [.. mesh.Namespaces.Keys.Order(StringComparer.Ordinal).SelectMany(name => WorkloadsIn(mesh, name)).Where(workload => LabelMatch.IsSubset(selector, workload.Labels)).Select(workload => (workload.Namespace, workload.Name))],
        };
    }

    private static ObjectReferences OfK8sGateway(UntypedObject item, string ns, MeshInventory mesh)
    {
        var self = ConfigReference.To(ConfigKinds.K8sGateway, item);
        return None with
        {
            Objects =
            [
                .. from kind in new[] { ConfigKinds.K8sHttpRoute, ConfigKinds.K8sGrpcRoute }
                   from route in mesh.Configuration.Of(kind)
                   where mesh.Routes.K8sGatewaysOf(route).Contains(self)
                   select ConfigReference.To(kind, route),
            ],
            Workloads = [.. WorkloadsIn(mesh, ns).Where(workload => workload.References.Contains(self)).Select(workload => (workload.Namespace, workload.Name))],
        };
    }

    private static ObjectReferences OfK8sRoute(UntypedObject item, MeshInventory mesh) => None with
    {
        Objects = [.. mesh.Routes.K8sGatewaysOf(item).Distinct()],
        Services = [.. mesh.Routes.BackendsOf(item).Distinct().Select(host => ServiceOf(host, mesh)).OfType<ServiceReference>()],
    };

    private static ObjectReferences OfWorkloadGroup(UntypedObject item, string ns, MeshInventory mesh) =>
        mesh.FindWorkload(ns, item.Metadata.Name) is not { } workload ? None : None with
        {
            Objects = [.. workload.Entries.Select(entry => ConfigReference.To(ConfigKinds.WorkloadEntry, entry))],
            Workloads = [(ns, workload.Name)],
        };

    private static ObjectReferences OfWorkloadEntry(UntypedObject item, string ns, MeshInventory mesh)
    {
        var groups = WorkloadsIn(mesh, ns).Where(workload => workload.Entries.Any(entry => entry.Metadata.Name == item.Metadata.Name));
        return None with { Objects = [.. groups.Select(group => new ConfigReference(ConfigKinds.WorkloadGroup, ns, group.Name))] };
    }

    /// <summary>The workloads that it names; one that names none is of the whole namespace, which is not told.</summary>
    private static ImmutableArray<(string, string)> Selected(UntypedObject item, GroupVersionKind kind, string ns, MeshInventory mesh)
    {
        var spec = item.Content["spec"];
        var selector = Labels(spec?["selector"]?["matchLabels"]).SetItems(Labels(spec?["workloadSelector"]?["labels"]));
        var reference = ConfigReference.To(kind, item);
        return selector.IsEmpty ? [] : [.. WorkloadsIn(mesh, ns).Where(workload => workload.References.Contains(reference)).Select(workload => (workload.Namespace, workload.Name))];
    }

    private static bool HasSubset(UntypedObject rule, WorkloadFacts workload)
    {
        var subsets = (rule.Content["spec"]?["subsets"] as JsonArray ?? []).Select(subset => Labels(subset?["labels"])).ToList();
        return subsets.Count == 0 || subsets.Any(labels => LabelMatch.IsSubset(labels, workload.Labels));
    }

    private static IEnumerable<WorkloadFacts> WorkloadsIn(MeshInventory mesh, string ns) =>
        (mesh.FindNamespace(ns)?.Workloads.Values ?? []).OrderBy(workload => workload.Name, StringComparer.Ordinal);

    private static ServiceReference? ServiceOf(string host, MeshInventory mesh)
    {
        var parts = host.Split('.');
        if (parts.Length > 2 && parts[2] == "svc" && mesh.FindService(parts[1], parts[0]) is { } service)
        {
            return new ServiceReference(service.Namespace, service.Name, IsServiceEntry: false);
        }

        return mesh.Namespaces.Values.Select(ns => ns.ExternalServices.GetValueOrDefault(host)).FirstOrDefault(found => found is not null) is { } external
            ? new ServiceReference(external.Namespace, external.Host, IsServiceEntry: true)
            : null;
    }

    private static ImmutableDictionary<string, string> Labels(JsonNode? labels) =>
        (labels as JsonObject ?? []).Where(pair => pair.Value is JsonValue).ToImmutableDictionary(pair => pair.Key, pair => pair.Value!.ToString());

    private static IEnumerable<string> Texts(JsonNode? array) => (array as JsonArray ?? []).Select(Text).Where(text => text.Length > 0);

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}

/// <summary>A service that configuration leads to.</summary>
public sealed record ServiceReference(string Namespace, string Name, bool IsServiceEntry);
