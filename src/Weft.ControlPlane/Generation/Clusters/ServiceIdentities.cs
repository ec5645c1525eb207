using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Generation.Clusters;

/// <summary>Who may answer for a service port: the service accounts of its endpoints, in each trust domain of the mesh, as SPIFFE names.</summary>
internal static class ServiceIdentities
{
    public static IEnumerable<string> Of(ProxyView view, MeshService service, MeshServicePort port) =>
        service.EndpointsOf(port)
            .Where(endpoint => endpoint.ServiceAccount.Length > 0)
            .SelectMany(endpoint => view.Mesh.TrustDomainAliases.Insert(0, view.Mesh.TrustDomain)
                .Select(domain => $"spiffe://{domain}/ns/{endpoint.Namespace}/sa/{endpoint.ServiceAccount}"))
            .Concat(service.SubjectAltNames)
            .Distinct()
            .Order(StringComparer.Ordinal);
}
