using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.Istio.Json;
using Weft.Kubernetes.Json;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Yaml;

namespace Weft.Istio.Mesh;

/// <summary>The networks of a mesh whose workloads cannot all reach each other directly (key <c>meshNetworks</c> of the mesh's ConfigMap).</summary>
public sealed record MeshNetworks
{
    /// <summary>The label of workloads, of Services that are gateways between networks, and of the root namespace.</summary>
    public const string NetworkLabel = "topology.istio.io/network";

    public const string ConfigMapKey = "meshNetworks";

    public static MeshNetworks None { get; } = new();

    public ImmutableDictionary<string, MeshNetwork> Networks { get => field.OrEmpty(); init; }

    /// <summary>Reads the text of the ConfigMap's key. Throws YamlFormatException or JsonException when it cannot be read.</summary>
    public static MeshNetworks Read(string? text) =>
        string.IsNullOrEmpty(text) || KubeYaml.Read(text) is not [{ Content: JsonObject content }, ..] ? None : content.Deserialize(IstioJson.Options.TypeInfoOf<MeshNetworks>()) ?? None;

    /// <summary>The network whose address range holds the address, else that of the cluster; null when none is stated.</summary>
    public string? NetworkOf(string address, string clusterId) =>
        Networks.FirstOrDefault(network => network.Value.Endpoints.Any(part => part.Holds(address))).Key
        ?? Networks.FirstOrDefault(network => network.Value.Endpoints.Any(part => part.FromRegistry == clusterId)).Key;
}

public sealed record MeshNetwork
{
    public ImmutableArray<NetworkPart> Endpoints { get => field.OrEmpty(); init; }

    public ImmutableArray<StatedNetworkGateway> Gateways { get => field.OrEmpty(); init; }
}

/// <summary>Which workloads are in a network: those of an address range, or those of a cluster.</summary>
public sealed record NetworkPart
{
    public string? FromCidr { get; init; }

    public string? FromRegistry { get; init; }

    public bool Holds(string address) => IPNetwork.TryParse(FromCidr, out var range) && IPAddress.TryParse(address, out var ip) && range.Contains(ip);
}

/// <summary>How a network is entered: an address, or the Service of its gateway.</summary>
public sealed record StatedNetworkGateway
{
    public string? Address { get; init; }

    public string? RegistryServiceName { get; init; }

    public int Port { get; init; }
}
