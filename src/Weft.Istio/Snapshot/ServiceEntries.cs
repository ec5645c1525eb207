using System.Collections.Immutable;
using System.Globalization;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Snapshot;

/// <summary>ServiceEntries as hosts of the registry, with the workloads they name or select.</summary>
internal static class ServiceEntries
{
    internal const string TrafficDistributionAnnotation = "networking.istio.io/traffic-distribution";
    private const string TlsModeLabel = "security.istio.io/tlsMode";
    private const string LocalityLabel = "istio-locality";

    public static IEnumerable<MeshService> Of(MeshObjects objects, WorkloadPlaces places)
    {
        var hosts = from entry in objects.ServiceEntries
                    from host in entry.Spec.Hosts
                    group Convert(entry, host, objects, places) by (host, entry.Metadata.Namespace);
        return hosts.Select(group => group.Aggregate(Merge));
    }

    /// <summary>Entries of one host in one namespace are one service: the oldest says what it is, each adds its ports, addresses and endpoints.</summary>
    private static MeshService Merge(MeshService oldest, MeshService other) => oldest with
    {
        Source = null,
        Addresses = [.. oldest.Addresses.Union(other.Addresses)],
        Ports = [.. oldest.Ports, .. other.Ports.Where(port => oldest.Port(port.Number) is null)],
        Endpoints = [.. oldest.Endpoints, .. other.Endpoints],
        SubjectAltNames = [.. oldest.SubjectAltNames.Union(other.SubjectAltNames)],
    };

    private static MeshService Convert(ServiceEntry entry, string host, MeshObjects objects, WorkloadPlaces places) => new()
    {
        Host = host,
        Name = host,
        Namespace = entry.Metadata.Namespace ?? "",
        Registry = ServiceRegistry.External,
        Resolution = ResolutionOf(entry.Spec.Resolution),
        Addresses = [.. entry.Spec.Addresses.Select(address => address.EndsWith("/32", StringComparison.Ordinal) ? address[..^3] : address)],
        Ports = [.. entry.Spec.Ports.Select(port => new MeshServicePort(port.Number, port.Name, PortProtocols.Parse(port.Protocol), port.TargetPort))],
        Endpoints = [.. entry.Spec.Ports.SelectMany(port => Endpoints(entry, host, port, objects, places))],
        IsExternal = entry.Spec.Location != "MESH_INTERNAL",
        ExportTo = entry.Spec.ExportTo.Length > 0 ? entry.Spec.ExportTo : objects.Mesh.DefaultServiceExportTo.Length > 0 ? objects.Mesh.DefaultServiceExportTo : ["*"],
        TrafficDistribution = entry.Metadata.Annotations.GetValueOrDefault(TrafficDistributionAnnotation),
        SubjectAltNames = entry.Spec.SubjectAltNames,
        Labels = entry.Metadata.Labels,
        Selector = entry.Spec.WorkloadSelector?.Labels ?? ImmutableDictionary<string, string>.Empty,
        CreationTimestamp = entry.Metadata.CreationTimestamp,
        Source = entry,
    };

    private static ServiceResolution ResolutionOf(string? resolution) => resolution switch
    {
        "STATIC" => ServiceResolution.Endpoints,
        "DYNAMIC_DNS" => ServiceResolution.DynamicDns,
        "DNS" => ServiceResolution.Dns,
        "DNS_ROUND_ROBIN" => ServiceResolution.DnsRoundRobin,
        _ => ServiceResolution.Passthrough,
    };

    private static IEnumerable<MeshEndpoint> Endpoints(ServiceEntry entry, string host, ServiceEntryPort port, MeshObjects objects, WorkloadPlaces places)
    {
        var @namespace = entry.Metadata.Namespace ?? "";
        if (entry.Spec.WorkloadSelector.IsStated())
        {
            return Pods(entry, port, objects, places).Concat(
                from workload in objects.WorkloadEntries
                where workload.Metadata.Namespace == @namespace && entry.Spec.WorkloadSelector.Selects(workload.Spec.Labels)
                select Convert(workload.Spec, workload.Metadata.Name, @namespace, port));
        }

        if (entry.Spec.Endpoints.Length == 0 && entry.Spec.Resolution is "DNS" or "DNS_ROUND_ROBIN")
        {
            return [Convert(new WorkloadEntrySpec { Address = host }, entry.Metadata.Name, @namespace, port)];
        }

        return entry.Spec.Endpoints.Select((endpoint, index) =>
            Convert(endpoint, string.Create(CultureInfo.InvariantCulture, $"{entry.Metadata.Name}-{index}"), @namespace, port));
    }

    private static IEnumerable<MeshEndpoint> Pods(ServiceEntry entry, ServiceEntryPort port, MeshObjects objects, WorkloadPlaces places) =>
        from pod in objects.Pods
        where pod.Metadata.Namespace == entry.Metadata.Namespace && entry.Spec.WorkloadSelector.Selects(pod.Metadata.Labels)
            && pod.Status.PodIP is { Length: > 0 } && pod.Status.Phase is not ("Succeeded" or "Failed")
        select new MeshEndpoint
        {
            Address = pod.Status.PodIP ?? "",
            Port = port.TargetPort > 0 ? port.TargetPort : port.Number,
            PortName = port.Name,
            Namespace = pod.Metadata.Namespace ?? "",
            WorkloadName = WorkloadOwner.Of(pod.Metadata).Name,
            ServiceAccount = pod.Spec.ServiceAccountName is { Length: > 0 } account ? account : "default",
            Labels = pod.Metadata.Labels,
            Locality = places.LocalityOf(pod.Metadata.Labels, pod.Spec.NodeName),
            NodeName = pod.Spec.NodeName ?? "",
            Ready = IsReady(pod),
            AcceptsMutualTls = pod.Metadata.Labels.GetValueOrDefault(TlsModeLabel) == "istio",
            Network = places.NetworkOf(pod.Metadata.Labels, pod.Status.PodIP ?? ""),
        };

    private static bool IsReady(Pod pod) => pod.Status.Conditions.Any(condition => condition is { Type: "Ready", Status: "True" });

    /// <summary>The port: by name in the entry, else the target port, else the service port.</summary>
    private static MeshEndpoint Convert(WorkloadEntrySpec workload, string name, string @namespace, ServiceEntryPort port) => Convert(
        workload, name, @namespace, port.Name, workload.Ports.TryGetValue(port.Name, out var stated) ? stated : port.TargetPort > 0 ? port.TargetPort : port.Number);

    internal static MeshEndpoint Convert(WorkloadEntrySpec workload, string name, string @namespace, string portName, int port) => new()
    {
        Address = workload.Address,
        Port = port,
        PortName = portName,
        Namespace = @namespace,
        WorkloadName = name,
        ServiceAccount = workload.ServiceAccount ?? "",
        Labels = workload.Labels,
        Locality = Locality.Parse(workload.Locality is { Length: > 0 } stated ? stated : workload.Labels.GetValueOrDefault(LocalityLabel)?.Replace('.', '/')),
        Weight = workload.Weight > 0 ? workload.Weight : 1,
        AcceptsMutualTls = (workload.Labels.GetValueOrDefault(TlsModeLabel) ?? (string.IsNullOrEmpty(workload.ServiceAccount) ? "" : "istio")) == "istio",
        Network = workload.Network ?? "",
    };
}
