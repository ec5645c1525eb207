using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Weft.Proxy.Bootstrap;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Listeners;

/// <summary>Restores original destinations from names: the mesh's own names first, as a pod of this namespace sees them, then hosts outside that are known here, then the system's DNS.</summary>
internal sealed class NameResolver(LocalNode node, ConfigSource config, ImmutableDictionary<string, ImmutableArray<IPAddress>> externalHosts)
{
    private readonly string _domain = DomainOf(node.Id);

    /// <summary>Null when nobody knows the name.</summary>
    public async ValueTask<IPEndPoint?> ResolveAsync(NamedDestination destination, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(destination.Host, out var address))
        {
            return new IPEndPoint(address, destination.Port);
        }

        if (config.Current.Names.Resolve(destination.Host, node.Workload.Namespace, _domain) is { } known)
        {
            return new IPEndPoint(known, destination.Port);
        }

        if (externalHosts.TryGetValue(destination.Host, out var external) && external is [var first, ..])
        {
            return new IPEndPoint(first, destination.Port);
        }

        try
        {
            var addresses = await Dns.GetHostAddressesAsync(destination.Host, AddressFamily.InterNetwork, cancellationToken);
            return addresses.Length > 0 ? new IPEndPoint(addresses[0], destination.Port) : null;
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            return null;
        }
    }

    // sidecar~IP~pod.ns~ns.svc.cluster.local
    private static string DomainOf(string nodeId)
    {
        var last = nodeId.Split('~')[^1];
        var svc = last.IndexOf(".svc.", StringComparison.Ordinal);
        return svc >= 0 ? last[(svc + 5)..] : "cluster.local";
    }
}
