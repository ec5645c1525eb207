using System.Globalization;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Pods;

/// <summary>Values of a pod's own fields for its containers (the downward API).</summary>
internal static class DownwardFields
{
    /// <summary>Throws <see cref="ContainerConfigException"/> for a field that cannot be referred to.</summary>
    public static string Value(Pod pod, string path)
    {
        if (Subscript(path, "metadata.labels") is { } label)
            return pod.Metadata.Labels.GetValueOrDefault(label, "");
        if (Subscript(path, "metadata.annotations") is { } annotation)
            return pod.Metadata.Annotations.GetValueOrDefault(annotation, "");
        return path switch
        {
            "metadata.name" => pod.Metadata.Name,
            "metadata.namespace" => pod.Metadata.Namespace ?? "",
            "metadata.uid" => pod.Metadata.Uid ?? "",
            "metadata.labels" => Lines(pod.Metadata.Labels),
            "metadata.annotations" => Lines(pod.Metadata.Annotations),
            "spec.nodeName" => pod.Spec.NodeName ?? "",
            "spec.serviceAccountName" => pod.Spec.ServiceAccountName ?? "default",
            "status.hostIP" or "status.hostIPs" => pod.Status.HostIP ?? "",
            "status.podIP" or "status.podIPs" => pod.Status.PodIP ?? "",
            _ => throw new ContainerConfigException($"unsupported fieldPath: {path}"),
        };
    }

    private static string? Subscript(string path, string map) =>
        path.StartsWith(map + "['", StringComparison.Ordinal) && path.EndsWith("']", StringComparison.Ordinal) ? path[(map.Length + 2)..^2] : null;

    private static string Lines(IEnumerable<KeyValuePair<string, string>> items) => string.Join(
        '\n',
        items.OrderBy(item => item.Key, StringComparer.Ordinal)
            .Select(item => string.Create(CultureInfo.InvariantCulture, $"{item.Key}=\"{item.Value.Replace("\"", "\\\"", StringComparison.Ordinal)}\"")));
}

/// <summary>A container's resource limits and requests as numbers.</summary>
internal static class DownwardResources
{
    /// <summary>What the machine has stands in for a limit that is not set, as with the kubelet.</summary>
    public static string Value(Pod pod, Container container, ResourceFieldSelector selector)
    {
        var subject = selector.ContainerName is { Length: > 0 } name
            ? pod.Spec.Containers.Concat(pod.Spec.InitContainers).FirstOrDefault(other => other.Name == name)
                ?? throw new ContainerConfigException($"container {name} not found")
            : container;
        var (kind, resource) = selector.Resource.Split('.', 2) is [var first, var second]
            ? (first, second)
            : throw new ContainerConfigException($"unsupported container resource: {selector.Resource}");
        var amounts = kind == "limits" ? subject.Resources.Limits : subject.Resources.Requests;
        var amount = amounts.TryGetValue(resource, out var quantity) ? quantity.Value ?? 0 : Default(kind, resource);
        var divisor = selector.Divisor?.Value is > 0 and var given ? given : 1;
        return Math.Ceiling(amount / divisor).ToString("0", CultureInfo.InvariantCulture);
    }

    private static decimal Default(string kind, string resource) => (kind, resource) switch
    {
        ("limits", "cpu") => Environment.ProcessorCount,
        ("limits", "memory") => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        _ => 0,
    };
}
