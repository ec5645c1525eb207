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

    /// <summary>
    /// All addresses of an endpoint's name, in order: hosts outside that are known here, Kubernetes services, the system's DNS. Virtual addresses that the mesh
    /// gave to hosts outside are none of these: they lead back here.
    /// </summary>
    /// <returns>Empty when nobody knows the name.</returns>
    public async Task<ImmutableArray<IPAddress>> UpstreamAddressesAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var address))
        {
            return [address];
        }

        if (externalHosts.TryGetValue(host, out var external))
        {
            return external;
        }

        var services = config.Current.Names.ServiceAddresses(host);
        return services.IsEmpty ? await SystemAddressesAsync(host, cancellationToken) : services;
    }

    private static async Task<ImmutableArray<IPAddress>> SystemAddressesAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            // In an order of their own, so that a change of order alone is no change.
            var found = await Dns.GetHostAddressesAsync(host, AddressFamily.InterNetwork, cancellationToken);
            return [.. found.OrderBy(each => BitConverter.ToUInt32(each.GetAddressBytes()))];
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            return [];
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
