using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Network;

/// <summary>A host name read as the name of a Service, with the host name of one of its pods when it has one.</summary>
internal readonly record struct ServiceName(NamespacedName Service, string? Hostname)
{
    /// <summary>
    /// Reads a name as the search list of a pod would: <c>svc</c> in its own namespace, <c>svc.ns</c>, <c>svc.ns.svc</c> and
    /// <c>svc.ns.svc.cluster.local</c>, each also with a pod's host name before it. Null when no such Service exists.
    /// </summary>
    public static ServiceName? Find(string host, string @namespace, string clusterDomain, Func<NamespacedName, bool> exists)
    {
        var labels = host.Split('.');
        var domain = clusterDomain.Split('.');
        if (labels.Length > domain.Length && labels.AsSpan()[^domain.Length..].SequenceEqual(domain))
            labels = labels[..^domain.Length];
        if (labels is [.., "svc"])
            labels = labels[..^1];

        ServiceName? found = labels switch
        {
            [var service] => new(new NamespacedName(@namespace, service), null),
            [var service, var other] when exists(new NamespacedName(other, service)) => new(new NamespacedName(other, service), null),
            [var pod, var service] => new(new NamespacedName(@namespace, service), pod),
            [var pod, var service, var other] => new(new NamespacedName(other, service), pod),
            _ => null,
        };
        return found is { } name && exists(name.Service) ? name : null;
    }
}
