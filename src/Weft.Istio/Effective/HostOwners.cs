using System.Collections.Immutable;
using Weft.Istio.Snapshot;

namespace Weft.Istio.Effective;

/// <summary>Whose a host is when several namespaces have it: a Kubernetes Service's, else the client's own namespace's, else the oldest one's.</summary>
public static class HostOwners
{
    /// <summary>One service per host, in the order given.</summary>
    public static ImmutableArray<MeshService> Of(IEnumerable<MeshService> services, string clientNamespace)
    {
        var owners = new Dictionary<string, MeshService>();
        var all = services.ToList();
        foreach (var service in all)
        {
            if (!owners.TryGetValue(service.Host, out var owner) || Rank(service, clientNamespace) < Rank(owner, clientNamespace))
            {
                owners[service.Host] = service;
            }
        }

        return [.. all.Where(service => ReferenceEquals(owners[service.Host], service))];
    }

    private static int Rank(MeshService service, string clientNamespace) => service switch
    {
        { Registry: ServiceRegistry.Kubernetes } => 0,
        _ when service.Namespace == clientNamespace => 1,
        _ => 2,
    };
}
