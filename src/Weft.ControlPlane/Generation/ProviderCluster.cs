using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Generation;

/// <summary>The host and the cluster of an extension provider's service.</summary>
internal sealed record ProviderCluster(string Host, string Cluster)
{
    /// <param name="service">The host, or namespace/host where several namespaces have it.</param>
    /// <returns>Null when the registry has no such service, or more than one.</returns>
    public static ProviderCluster? Find(MeshSnapshot snapshot, string service, int port)
    {
        var slash = service.IndexOf('/', StringComparison.Ordinal);
        var candidates = snapshot.ServicesOf(service[(slash + 1)..]);
        var found = slash < 0
            ? candidates.Length == 1 ? candidates[0] : null
            : candidates.FirstOrDefault(candidate => candidate.Namespace == service[..slash]);
        return found is null ? null : new ProviderCluster(found.Host, ClusterNames.Outbound(port, "", found.Host));
    }
}
