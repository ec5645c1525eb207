using System.Collections.Immutable;
using Weft.Istio.Mesh;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Snapshot;

/// <summary>Kubernetes Services and their EndpointSlices as hosts of the registry.</summary>
internal static class KubernetesServices
{
    private const string ServiceNameLabel = "kubernetes.io/service-name";
    private const string ExportToAnnotation = "networking.istio.io/exportTo";
    private const string AccountsAnnotation = "alpha.istio.io/kubernetes-serviceaccounts";
    private const string IdentitiesAnnotation = "alpha.istio.io/canonical-serviceaccounts";
    private const string TlsModeLabel = "security.istio.io/tlsMode";
    private const string WorkloadNameLabel = "service.istio.io/workload-name";

    public static IEnumerable<MeshService> Of(MeshObjects objects, WorkloadPlaces places)
    {
        var slices = objects.EndpointSlices.ToLookup(NameOf);
        foreach (var service in objects.Services)
        {
            yield return Convert(service, slices[NamespacedName.Of(service)], objects, places);
        }
    }

    /// <summary>The service that a slice belongs to.</summary>
    public static NamespacedName NameOf(EndpointSlice slice) => new(slice.Metadata.Namespace ?? "", slice.Metadata.Labels.GetValueOrDefault(ServiceNameLabel) ?? "");

    public static string HostOf(NamespacedName service) => Hostname.OfService(service.Name, service.Namespace);

    public static MeshService Convert(Service service, IEnumerable<EndpointSlice> slices, MeshObjects objects, WorkloadPlaces places)
    {
        var @namespace = service.Metadata.Namespace ?? "";
        return new MeshService
        {
            Host = Hostname.OfService(service.Metadata.Name, @namespace),
            Name = service.Metadata.Name,
            Namespace = @namespace,
            Registry = ServiceRegistry.Kubernetes,
            Resolution = ResolutionOf(service),
            AliasOf = service.Spec.Type == "ExternalName" ? service.Spec.ExternalName : null,
            Addresses = AddressesOf(service),
            Ports = [.. service.Spec.Ports.Select(Convert)],
            Endpoints = [.. slices.SelectMany(slice => Endpoints(slice, @namespace, places)), .. Workloads(service, objects)],
            ExportTo = ExportToOf(service.Metadata, objects.Mesh),
            TrafficDistribution = service.Metadata.Annotations.GetValueOrDefault(ServiceEntries.TrafficDistributionAnnotation) ?? service.Spec.TrafficDistribution,
            NodeLocal = service.Spec.InternalTrafficPolicy == "Local",
            SubjectAltNames = AccountsOf(service.Metadata, objects.Mesh),
            Labels = service.Metadata.Labels,
            Selector = service.Spec.Selector,
            CreationTimestamp = service.Metadata.CreationTimestamp,
            Source = service,
        };
    }

    private static ServiceResolution ResolutionOf(Service service) => service.Spec switch
    {
        { Type: "ExternalName" } => ServiceResolution.Alias,
        { ClusterIP: "None" } => ServiceResolution.Passthrough,
        _ => ServiceResolution.Endpoints,
    };

    private static ImmutableArray<string> AddressesOf(Service service) =>
        service.Spec.ClusterIP is null or "" or "None" ? [] : service.Spec.ClusterIPs.Length > 0 ? service.Spec.ClusterIPs : [service.Spec.ClusterIP];

    private static MeshServicePort Convert(ServicePort port) => new(
        port.Port,
        port.Name ?? "",
        PortProtocols.OfServicePort(port.Protocol, port.AppProtocol, port.Name, port.Port),
        port.TargetPort is { IsNumber: true, Number: > 0 } target ? target.Number : port.Port);

    private static ImmutableArray<string> ExportToOf(ObjectMeta metadata, MeshConfig mesh)
    {
        var stated = metadata.Annotations.GetValueOrDefault(ExportToAnnotation);
        if (!string.IsNullOrWhiteSpace(stated))
        {
            return [.. stated.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        }

        return mesh.DefaultServiceExportTo.Length > 0 ? mesh.DefaultServiceExportTo : ["*"];
    }

    /// <summary>Who may answer for it beside the accounts of its pods: identities, and accounts of its namespace.</summary>
    private static ImmutableArray<string> AccountsOf(ObjectMeta metadata, MeshConfig mesh) =>
    [
        .. Listed(metadata, IdentitiesAnnotation).Concat(Listed(metadata, AccountsAnnotation).Select(account => $"spiffe://{mesh.TrustDomain}/ns/{metadata.Namespace}/sa/{account}")).Order(StringComparer.Ordinal),
    ];

    private static string[] Listed(ObjectMeta metadata, string annotation) => metadata.Annotations.GetValueOrDefault(annotation) is { Length: > 0 } stated ? stated.Split(',') : [];

    /// <summary>The WorkloadEntries of its namespace that a Service selects are endpoints beside its pods.</summary>
    private static IEnumerable<MeshEndpoint> Workloads(Service service, MeshObjects objects) => service.Spec.Selector.Count == 0
        ? []
        : from workload in objects.WorkloadEntries
          where workload.Metadata.Namespace == service.Metadata.Namespace && LabelMatch.IsSubset(service.Spec.Selector, workload.Spec.Labels)
          from port in service.Spec.Ports
          where port.Protocol is not "UDP"
          select ServiceEntries.Convert(workload.Spec, workload.Metadata.Name, workload.Metadata.Namespace ?? "", port.Name ?? "", PortOf(workload.Spec, port));

    /// <summary>As the entry states it for the Service's port, or for its named target; else as the Service states it.</summary>
    private static int PortOf(Networking.WorkloadEntrySpec workload, ServicePort port)
    {
        if (workload.Ports.TryGetValue(port.Name ?? "", out var stated) || (port.TargetPort is { IsNumber: false, Text: { } name } && workload.Ports.TryGetValue(name, out stated)))
        {
            return stated;
        }

        return port.TargetPort is { IsNumber: true, Number: > 0 } target ? target.Number : port.Port;
    }

    private static IEnumerable<MeshEndpoint> Endpoints(EndpointSlice slice, string @namespace, WorkloadPlaces places)
    {
        foreach (var endpoint in slice.Endpoints)
        {
            var pod = places.PodOf(endpoint, @namespace);
            foreach (var address in endpoint.Addresses)
            {
                foreach (var port in slice.Ports)
                {
                    yield return Convert(endpoint, address, port, pod, @namespace, places);
                }
            }
        }
    }

    private static MeshEndpoint Convert(Endpoint endpoint, string address, EndpointPort port, Pod? pod, string @namespace, WorkloadPlaces places)
    {
        var labels = pod?.Metadata.Labels ?? ImmutableDictionary<string, string>.Empty;
        return new MeshEndpoint
        {
            Address = address,
            Port = port.Port ?? 0,
            PortName = port.Name ?? "",
            Namespace = pod?.Metadata.Namespace ?? @namespace,
            WorkloadName = pod is null ? "" : labels.GetValueOrDefault(WorkloadNameLabel) ?? WorkloadOwner.Of(pod.Metadata).Name,
            ServiceAccount = pod is null ? "" : pod.Spec.ServiceAccountName is { Length: > 0 } account ? account : "default",
            Labels = labels,
            Locality = places.LocalityOf(labels, pod?.Spec.NodeName ?? endpoint.NodeName),
            NodeName = endpoint.NodeName ?? pod?.Spec.NodeName ?? "",
            Hostname = endpoint.Hostname ?? "",
            Ready = endpoint.Conditions.Ready ?? true,
            Terminates = endpoint.Conditions is { Ready: false, Terminating: not false },
            AcceptsMutualTls = labels.GetValueOrDefault(TlsModeLabel) == "istio",
            Network = places.NetworkOf(labels, address),
        };
    }
}
