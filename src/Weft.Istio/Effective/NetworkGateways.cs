using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Weft.Istio.Mesh;
using Weft.Istio.Snapshot;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Effective;

/// <summary>Where a network is entered from others, by mutual TLS whose server name says which service is meant.</summary>
public readonly record struct NetworkGateway(string Address, int Port);

/// <summary>
/// The gateways between networks: Services with the label topology.istio.io/network, by the addresses of their load balancer; for networks without one, those
/// that meshNetworks states. A network without gateways is reached directly.
/// </summary>
public sealed class NetworkGateways
{
    private const string PortLabel = "networking.istio.io/gatewayPort";
    private const int DefaultPort = 15443;

    private readonly FrozenDictionary<string, ImmutableArray<NetworkGateway>> _byNetwork;

    private NetworkGateways(MeshSnapshot snapshot)
    {
        var labelled = snapshot.Objects.Services
            .Where(service => service.Metadata.Labels.GetValueOrDefault(MeshNetworks.NetworkLabel) is { Length: > 0 })
            .SelectMany(service => AddressesOf(service).Select(address => (Network: service.Metadata.Labels[MeshNetworks.NetworkLabel], Gateway: new NetworkGateway(address, PortOf(service)))))
            .ToLookup(entry => entry.Network, entry => entry.Gateway);
        var stated = snapshot.Mesh.Networks.Networks
            .SelectMany(network => network.Value.Gateways.SelectMany(gateway => Of(snapshot, gateway)).Select(gateway => (Network: network.Key, Gateway: gateway)))
            .ToLookup(entry => entry.Network, entry => entry.Gateway);
        _byNetwork = labelled.Select(group => group.Key).Union(stated.Select(group => group.Key))
            .ToFrozenDictionary(network => network, network => Ordered(labelled[network].Any() ? labelled[network] : stated[network]));
        Scale = _byNetwork.Values.Aggregate(1u, (scale, gateways) => LeastCommonMultiple(scale, (uint)gateways.Length));
    }

    /// <summary>True when any network has a gateway; else every endpoint is called directly.</summary>
    public bool Exist => _byNetwork.Count > 0;

    /// <summary>By what weights are multiplied so that each can be shared evenly by the gateways of its network.</summary>
    public uint Scale { get; }

    public static NetworkGateways Of(MeshSnapshot snapshot) => snapshot.DerivedOfShape(typeof(NetworkGateways), _ => new NetworkGateways(snapshot));

    /// <summary>All of them, by network and address.</summary>
    public IEnumerable<(string Network, NetworkGateway Gateway)> All =>
        _byNetwork.OrderBy(entry => entry.Key, StringComparer.Ordinal).SelectMany(entry => entry.Value.Select(gateway => (entry.Key, gateway)));

    /// <summary>By address; empty when the network is reached directly.</summary>
    public ImmutableArray<NetworkGateway> OfNetwork(string network) => _byNetwork.TryGetValue(network, out var gateways) ? gateways : [];

    private static IEnumerable<NetworkGateway> Of(MeshSnapshot snapshot, StatedNetworkGateway stated)
    {
        var port = stated.Port > 0 ? stated.Port : DefaultPort;
        if (stated.RegistryServiceName is { Length: > 0 } host)
        {
            return snapshot.Objects.Services
                .Where(service => Hostname.OfService(service.Metadata.Name, service.Metadata.Namespace ?? "") == host)
                .SelectMany(AddressesOf)
                .Select(address => new NetworkGateway(address, port));
        }

        return IPAddress.TryParse(stated.Address, out _) ? [new NetworkGateway(stated.Address, port)] : [];
    }

    private static IEnumerable<string> AddressesOf(Service service) =>
        (service.Status.LoadBalancer?.Ingress ?? []).Select(ingress => ingress.Ip).OfType<string>().Where(address => address.Length > 0).Concat(service.Spec.ExternalIPs);

    private static int PortOf(Service service) =>
        int.TryParse(service.Metadata.Labels.GetValueOrDefault(PortLabel), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536 ? port : DefaultPort;

    private static ImmutableArray<NetworkGateway> Ordered(IEnumerable<NetworkGateway> gateways) =>
        [.. gateways.Distinct().OrderBy(gateway => gateway.Address, StringComparer.Ordinal).ThenBy(gateway => gateway.Port)];

    private static uint LeastCommonMultiple(uint one, uint other) => (uint)(one / System.Numerics.BigInteger.GreatestCommonDivisor(one, other) * other);
}
