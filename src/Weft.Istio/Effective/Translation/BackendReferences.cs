using Weft.Istio.GatewayApi;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Effective.Translation;

/// <summary>Where the backends of a route lead. A backend that may not be used has no host: what goes there fails.</summary>
/// <param name="inMesh">The rules are for calls to a Service: these need no grant.</param>
internal sealed class BackendReferences(MeshObjects objects, ReferenceGrants grants, IK8sRoute route, bool inMesh, RouteProblems problems)
{
    private const string HostnameGroup = "networking.istio.io";

    private readonly string _own = route.Metadata.Namespace ?? "";

    public Destination Resolve(K8sBackend backend)
    {
        var @namespace = string.IsNullOrEmpty(backend.Namespace) ? _own : backend.Namespace;
        if (!inMesh && !grants.Permit(route.Kind, _own, "Service", @namespace, backend.Name))
        {
            problems.Unresolved("RefNotPermitted", $"backendRef {@namespace}/{backend.Name} is not accessible to a {route.Kind} of namespace {_own}: it has no ReferenceGrant");
            return new Destination();
        }

        return HostOf(backend, @namespace) is { } host ? At(host, backend) : new Destination();
    }

    private Destination At(string host, K8sBackend backend)
    {
        if (backend.Port is { } port)
        {
            return new Destination { Host = host, Port = new PortSelector { Number = port } };
        }

        problems.Stop("InvalidDestination", $"backendRef {backend.Name} has no port");
        return new Destination();
    }

    /// <summary>Null for a kind that is no backend.</summary>
    private string? HostOf(K8sBackend backend, string @namespace)
    {
        switch (backend.Group, backend.Kind)
        {
            case (null or "", null or "" or "Service"):
                return ServiceHost(backend, @namespace);
            case (HostnameGroup, "Hostname"):
                return StatedHost(backend);
            default:
                problems.Unresolved("InvalidKind", $"backendRef {backend.Name} is of group \"{backend.Group}\" kind \"{backend.Kind}\", which is no backend");
                return null;
        }
    }

    private string ServiceHost(K8sBackend backend, string @namespace)
    {
        var host = Hostname.OfService(backend.Name, @namespace);
        if (backend.Name.Contains('.'))
        {
            problems.Stop("InvalidDestination", $"backendRef {backend.Name} is no name of a Service: name the Service, not its host");
        }
        else if (!objects.Services.Any(service => service.Metadata.Name == backend.Name && service.Metadata.Namespace == @namespace))
        {
            problems.Unresolved("BackendNotFound", $"backend {host} not found");
        }

        return host;
    }

    private string StatedHost(K8sBackend backend)
    {
        if (!string.IsNullOrEmpty(backend.Namespace))
        {
            problems.Stop("InvalidDestination", $"backendRef {backend.Name} of kind Hostname has a namespace, which such a name cannot have");
        }
        else if (!IsKnown(backend.Name))
        {
            problems.Unresolved("BackendNotFound", $"backend {backend.Name} not found");
        }

        return backend.Name;
    }

    private bool IsKnown(string host) =>
        objects.ServiceEntries.Any(entry => entry.Spec.Hosts.Any(own => Hostname.IsSubsetOf(host, own)))
        || objects.Services.Any(service => Hostname.OfService(NamespacedName.Of(service).Name, service.Metadata.Namespace ?? "") == host);
}
