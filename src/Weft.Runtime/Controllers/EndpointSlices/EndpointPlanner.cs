using System.Collections.Immutable;
using System.Globalization;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers.EndpointSlices;

/// <summary>The EndpointSlices and the Endpoints object that a Service has to have, from the Service and its namespace's pods. Pure.</summary>
internal static class EndpointPlanner
{
    public const string ServiceNameLabel = "kubernetes.io/service-name";
    public const string ManagedByLabel = "endpointslice.kubernetes.io/managed-by";
    public const string SliceManager = "endpointslice-controller.k8s.io";
    public const string EndpointsManagedByLabel = "endpoints.kubernetes.io/managed-by";
    public const string EndpointsManager = "endpoint-controller";
    private const string HeadlessLabel = "service.kubernetes.io/headless";
    private const string ChangedAnnotation = "endpoints.kubernetes.io/last-change-trigger-time";
    private const int LargestSlice = 100;

    /// <summary>Whether endpoints are ours to make: a Service without a selector has them made by its user.</summary>
    public static bool IsManaged(Service service) => service.Spec.Type != "ExternalName" && service.Spec.Selector.Count > 0;

    /// <summary>Slices without names, in a stable order: pods that resolve the ports alike share slices.</summary>
    public static ImmutableArray<EndpointSlice> Slices(Service service, IEnumerable<Pod> pods)
    {
        var slices = ImmutableArray.CreateBuilder<EndpointSlice>();
        foreach (var group in Members(service, pods).GroupBy(member => PortResolution.Key(member.Ports)).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            foreach (var part in group.Chunk(LargestSlice))
                slices.Add(Slice(service, part[0].Ports, [.. part.Select(member => EndpointOf(service, member.Pod))], part.Select(member => member.Pod)));
        }

        return slices.Count > 0 ? slices.DrainToImmutable() : [Slice(service, [], [], [])];
    }

    public static Endpoints Endpoints(Service service, IEnumerable<Pod> pods) => new()
    {
        Metadata = new ObjectMeta
        {
            Name = service.Metadata.Name,
            Namespace = service.Metadata.Namespace,
            Labels = WithHeadless(service, service.Metadata.Labels).SetItem(EndpointsManagedByLabel, EndpointsManager),
            Annotations = Changed(service, Members(service, pods).Select(member => member.Pod)),
        },
        Subsets =
        [
            .. Members(service, pods)
                .Where(member => !PodFacts.IsTerminating(member.Pod) || service.Spec.PublishNotReadyAddresses)
                .GroupBy(member => PortResolution.Key(member.Ports))
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => Subset(service, [.. group])),
        ],
    };

    private static IEnumerable<(Pod Pod, ImmutableArray<EndpointPort> Ports)> Members(Service service, IEnumerable<Pod> pods) =>
        pods.Where(pod => Selects(service, pod) && !string.IsNullOrEmpty(pod.Status.PodIP) && !PodFacts.HasEnded(pod))
            .OrderBy(pod => pod.Metadata.Name, StringComparer.Ordinal)
            .Select(pod => (pod, PortResolution.Resolve(service, pod)));

    public static bool Selects(Service service, Pod pod) =>
        service.Spec.Selector.All(wanted => pod.Metadata.Labels.TryGetValue(wanted.Key, out var value) && value == wanted.Value);

    private static EndpointSlice Slice(Service service, ImmutableArray<EndpointPort> ports, ImmutableArray<Endpoint> endpoints, IEnumerable<Pod> pods) => new()
    {
        Metadata = new ObjectMeta
        {
            GenerateName = service.Metadata.Name + "-",
            Namespace = service.Metadata.Namespace,
            Labels = WithHeadless(service, service.Metadata.Labels)
                .SetItem(ServiceNameLabel, service.Metadata.Name)
                .SetItem(ManagedByLabel, SliceManager),
            Annotations = Changed(service, pods),
            OwnerReferences = Ownership.By(service, "v1", "Service"),
        },
        AddressType = "IPv4",
        Endpoints = endpoints,
        Ports = ports,
    };

    private static ImmutableDictionary<string, string> WithHeadless(Service service, ImmutableDictionary<string, string> labels) =>
        service.Spec.ClusterIP == "None" ? labels.SetItem(HeadlessLabel, "") : labels.Remove(HeadlessLabel);

    /// <summary>When the world last changed so that endpoints had to: by this, clients measure how long it took until they heard of it.</summary>
    private static ImmutableDictionary<string, string> Changed(Service service, IEnumerable<Pod> pods)
    {
        var moments = pods.SelectMany(pod => pod.Status.Conditions).Where(condition => condition.Type == "Ready").Select(condition => condition.LastTransitionTime).Append(service.Metadata.CreationTimestamp);
        return moments.Max() is { } changed
            ? ImmutableDictionary<string, string>.Empty.Add(ChangedAnnotation, changed.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))
            : ImmutableDictionary<string, string>.Empty;
    }

    private static Endpoint EndpointOf(Service service, Pod pod)
    {
        var serving = PodFacts.IsReady(pod);
        var terminating = PodFacts.IsTerminating(pod);
        return new Endpoint
        {
            Addresses = [pod.Status.PodIP!], // Members have one.
            Conditions = new EndpointConditions
            {
                Ready = service.Spec.PublishNotReadyAddresses || (serving && !terminating),
                Serving = serving || service.Spec.PublishNotReadyAddresses,
                Terminating = terminating,
            },
            Hostname = HostnameOf(service, pod),
            NodeName = pod.Spec.NodeName,
            TargetRef = Target(pod),
        };
    }

    private static EndpointSubset Subset(Service service, ImmutableArray<(Pod Pod, ImmutableArray<EndpointPort> Ports)> members)
    {
        var byReadiness = members.ToLookup(
            member => service.Spec.PublishNotReadyAddresses || PodFacts.IsReady(member.Pod),
            member => new EndpointAddress
            {
                Ip = member.Pod.Status.PodIP!, // Members have one.
                Hostname = HostnameOf(service, member.Pod),
                NodeName = member.Pod.Spec.NodeName,
                TargetRef = Target(member.Pod),
            });
        return new EndpointSubset { Addresses = [.. byReadiness[true]], NotReadyAddresses = [.. byReadiness[false]], Ports = members[0].Ports };
    }

    private static string? HostnameOf(Service service, Pod pod) =>
        !string.IsNullOrEmpty(pod.Spec.Hostname) && pod.Spec.Subdomain == service.Metadata.Name ? pod.Spec.Hostname : null;

    private static ObjectReference Target(Pod pod) =>
        new() { Kind = "Pod", Name = pod.Metadata.Name, Namespace = pod.Metadata.Namespace, Uid = pod.Metadata.Uid };
}
