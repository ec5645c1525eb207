using System.Collections.Immutable;
using System.Net;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Endpoint.V3;

namespace Weft.Proxy.Clusters;

/// <summary>Puts addresses in the place of names: the load assignment of a DNS cluster as EDS would have sent it.</summary>
internal static class DnsEndpoints
{
    /// <exception cref="Subscriptions.ResourceRejectedException">An endpoint that has another kind of address.</exception>
    public static void RequireSocketAddresses(ClusterModel cluster)
    {
        if (All(cluster).Any(endpoint => endpoint.Endpoint?.Address?.SocketAddress is null))
        {
            throw new Subscriptions.ResourceRejectedException($"{cluster.Name}: only endpoints with a socket address are supported");
        }
    }

    public static IEnumerable<string> HostsOf(ClusterModel cluster) =>
        All(cluster).Select(endpoint => endpoint.Endpoint?.Address?.SocketAddress?.Address).OfType<string>().Where(host => !IPAddress.TryParse(host, out _));

    /// <param name="addresses">Of a name; null as long as there was no answer.</param>
    /// <returns>Null until every name has had an answer.</returns>
    public static ClusterLoadAssignment? Resolve(ClusterModel cluster, Func<string, ImmutableArray<IPAddress>?> addresses)
    {
        var resolved = cluster.Config.LoadAssignment?.Clone() ?? new ClusterLoadAssignment();
        foreach (var group in resolved.Endpoints)
        {
            var endpoints = new List<LbEndpoint>();
            foreach (var endpoint in group.LbEndpoints)
            {
                var host = endpoint.Endpoint?.Address?.SocketAddress?.Address ?? "";
                if (IPAddress.TryParse(host, out _))
                {
                    endpoints.Add(endpoint);
                }
                else if (addresses(host) is { } found)
                {
                    endpoints.AddRange(Used(cluster, found).Select(address => At(endpoint, host, address)));
                }
                else
                {
                    return null;
                }
            }

            group.LbEndpoints.Clear();
            group.LbEndpoints.AddRange(endpoints);
        }

        return resolved;
    }

    // LOGICAL_DNS has one host: whatever address comes first now (Istio's DNS_ROUND_ROBIN).
    private static IEnumerable<IPAddress> Used(ClusterModel cluster, ImmutableArray<IPAddress> addresses) =>
        cluster.Config.Type == Cluster.Types.DiscoveryType.LogicalDns ? addresses.Take(1) : addresses;

    private static LbEndpoint At(LbEndpoint endpoint, string host, IPAddress address)
    {
        var at = endpoint.Clone();
        at.Endpoint.Address.SocketAddress.Address = address.ToString();
        at.Endpoint.Hostname = at.Endpoint.Hostname.Length > 0 ? at.Endpoint.Hostname : host;
        return at;
    }

    private static IEnumerable<LbEndpoint> All(ClusterModel cluster) => cluster.Config.LoadAssignment?.Endpoints.SelectMany(group => group.LbEndpoints) ?? [];
}
