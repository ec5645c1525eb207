using Weft.Istio.Snapshot;

namespace Weft.Istio.Effective;

/// <summary>
/// The endpoints as a client in a network reaches them: those of other networks through the gateways of these, which share the weight of what they stand for.
/// </summary>
public static class NetworkEndpoints
{
    /// <param name="network">The client's network; empty when it is in none, so that it reaches all directly.</param>
    /// <param name="takesMutualTls">Gateways find the service by the server name of mutual TLS: endpoints in other networks that take none are left out.</param>
    public static IEnumerable<MeshEndpoint> Of(NetworkGateways gateways, string network, IEnumerable<MeshEndpoint> endpoints, Func<MeshEndpoint, bool> takesMutualTls) =>
        gateways.Exist ? endpoints.GroupBy(endpoint => endpoint.Locality).SelectMany(group => OfLocality(gateways, network, group, takesMutualTls)) : endpoints;

    private static IEnumerable<MeshEndpoint> OfLocality(NetworkGateways gateways, string network, IEnumerable<MeshEndpoint> endpoints, Func<MeshEndpoint, bool> takesMutualTls)
    {
        var passed = new SortedDictionary<(string Network, int Position), (MeshEndpoint First, NetworkGateway Gateway, uint Weight)>();
        foreach (var endpoint in endpoints)
        {
            var weight = (uint)Math.Min(uint.MaxValue, (ulong)endpoint.Weight * gateways.Scale);
            var ways = endpoint.Network == network || endpoint.Network.Length == 0 || network.Length == 0 ? [] : gateways.OfNetwork(endpoint.Network);
            if (ways.IsEmpty)
            {
                yield return weight == endpoint.Weight ? endpoint : endpoint with { Weight = weight };
            }
            else if (takesMutualTls(endpoint))
            {
                for (var position = 0; position < ways.Length; position++)
                {
                    var key = (endpoint.Network, position);
                    var known = passed.TryGetValue(key, out var found) ? found.Weight : 0;
                    passed[key] = (endpoint, ways[position], known + (weight / (uint)ways.Length));
                }
            }
        }

        foreach (var (first, gateway, weight) in passed.Values)
        {
            yield return Gateway(first, gateway, weight);
        }
    }

    /// <summary>Nothing is known of what answers behind it.</summary>
    private static MeshEndpoint Gateway(MeshEndpoint first, NetworkGateway gateway, uint weight) => new()
    {
        Address = gateway.Address,
        Port = gateway.Port,
        PortName = first.PortName,
        Namespace = "",
        Locality = first.Locality,
        Network = first.Network,
        Weight = Math.Max(weight, 1),
        AcceptsMutualTls = true,
        IsNetworkGateway = true,
    };
}
