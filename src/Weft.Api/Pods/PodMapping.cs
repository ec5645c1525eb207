using System.Globalization;
using Weft.Console.Inventory;
using Weft.Console.Proxies;
using Weft.Kubernetes.Objects;

namespace Weft.Api.Pods;

internal static class PodMapping
{
    public static PodDto ToDto(this Pod pod, PodStates proxies)
    {
        var sidecar = PodSidecar.Of(pod);
        var identity = AppIdentity.Of(pod.Metadata.Labels);
        return new PodDto
        {
            Name = pod.Metadata.Name,
            CreatedAt = Time(pod.Metadata.CreationTimestamp),
            CreatedBy = [.. pod.Metadata.OwnerReferences.Select(owner => new OwnerDto(owner.Name, owner.Kind))],
            Labels = OrNull(pod.Metadata.Labels),
            Annotations = OrNull(pod.Metadata.Annotations),
            Containers = OrNull(pod.Spec.Containers.Where(container => !sidecar.Containers.Contains(container.Name)).Select(container => ToDto(pod, container))),
            IstioContainers = OrNull(pod.Spec.Containers.Where(container => sidecar.Containers.Contains(container.Name)).Select(container => ToDto(pod, container))),
            IstioInitContainers = OrNull(pod.Spec.InitContainers.Where(container => sidecar.InitContainers.Contains(container.Name)).Select(container => ToDto(pod, container))),
            Status = pod.Status.Phase ?? "",
            StatusMessage = pod.Status.Message ?? "",
            StatusReason = pod.Status.Reason ?? "",
            ServiceAccountName = string.IsNullOrEmpty(pod.Spec.ServiceAccountName) ? "default" : pod.Spec.ServiceAccountName,
            AppLabel = identity.App is not null,
            VersionLabel = identity.Version is not null,
            ProxyStatus = proxies.Of(pod) is { } state ? new ProxyStatusDto(state.Clusters, state.Endpoints, state.Listeners, state.Routes) : null,
        };
    }

    /// <summary>As Kubernetes writes it; empty when not known.</summary>
    public static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";

    public static IReadOnlyDictionary<string, string>? OrNull(IReadOnlyDictionary<string, string> map) => map.Count == 0 ? null : map;

    private static ContainerDto ToDto(Pod pod, Container container)
    {
        var status = pod.Status.ContainerStatuses.Concat(pod.Status.InitContainerStatuses).FirstOrDefault(status => status.Name == container.Name);
        var isProxy = container.Name.StartsWith("istio-", StringComparison.Ordinal);
        return new ContainerDto(container.Name, container.Image ?? "", isProxy, status?.Ready ?? false, IsAmbient: false);
    }

    private static ContainerDto[]? OrNull(IEnumerable<ContainerDto> containers) => containers.ToArray() is { Length: > 0 } array ? array : null;
}
