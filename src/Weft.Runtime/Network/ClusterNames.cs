using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Weft.Kubernetes.Objects;
using Weft.Runtime.Controllers;

namespace Weft.Runtime.Network;

/// <summary>
/// The DNS of the embedded cluster: names of Services as a pod of one namespace may write them, pods of headless Services,
/// external hosts of this machine; anything else is asked of the system.
/// </summary>
internal sealed class ClusterNames(ObjectCache<Service> services, ObjectCache<EndpointSlice> slices, ImmutableDictionary<string, ImmutableArray<IPAddress>> externalHosts)
{
    private const string ClusterDomain = "cluster.local";
    private const int LongestAliasChain = 8;

    /// <summary>The resolver of the pods of a namespace.</summary>
    public INameResolver For(string @namespace) => new Resolver(this, @namespace);

    /// <summary>The addresses of a name that belongs to the cluster or to an external host of this machine; null for any other.</summary>
    internal IReadOnlyList<IPAddress>? Resolve(string host, string @namespace) =>
        Resolve(host.TrimEnd('.').ToLowerInvariant(), @namespace, LongestAliasChain);

    private IReadOnlyList<IPAddress>? Resolve(string host, string @namespace, int aliasesLeft)
    {
        if (externalHosts.TryGetValue(host, out var external))
            return external;
        if (ServiceName.Find(host, @namespace, ClusterDomain, Exists) is not { } name)
            return null;

        var service = services.Find(name.Service)!; // Just found.
        if (service.Spec.Type == "ExternalName")
            return aliasesLeft == 0 || service.Spec.ExternalName is not { } alias ? [] : Resolve(alias.ToLowerInvariant(), @namespace, aliasesLeft - 1);
        if (name.Hostname is null && service.Spec.ClusterIP is { Length: > 0 } and not "None")
            return IPAddress.TryParse(service.Spec.ClusterIP, out var address) ? [address] : [];
        return EndpointAddresses(name);
    }

    private bool Exists(NamespacedName name) => services.Find(name) is not null;

    private IPAddress[] EndpointAddresses(ServiceName name) =>
    [
        .. slices.InNamespace(name.Service.Namespace)
            .Where(slice => slice.Metadata.Labels.GetValueOrDefault("kubernetes.io/service-name") == name.Service.Name)
            .SelectMany(slice => slice.Endpoints)
            .Where(endpoint => endpoint.Conditions.Ready != false && (name.Hostname is null || endpoint.Hostname == name.Hostname))
            .SelectMany(endpoint => endpoint.Addresses)
            .Select(IPAddress.Parse),
    ];

    private sealed class Resolver(ClusterNames names, string @namespace) : INameResolver
    {
        public async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
        {
            if (names.Resolve(host, @namespace) is { } known)
                return known;
            try
            {
                return await Dns.GetHostAddressesAsync(host, AddressFamily.InterNetwork, cancellationToken);
            }
            catch (SocketException)
            {
                return [];
            }
        }
    }
}
