using System.Net;
using Weft.Proxy.LoadBalancing;
using Weft.Proxy.Stats;
using Weft.Proxy.Tls;

namespace Weft.Proxy.Clusters;

/// <summary>One endpoint of a cluster, resolved.</summary>
internal sealed record EndpointModel
{
    public required IPEndPoint Address { get; init; }

    public TransportModel Transport { get; init; } = TransportModel.Plaintext;

    /// <summary>Null for plaintext.</summary>
    public UpstreamTlsModel? Tls => Transport.Tls;

    public required uint Weight { get; init; }

    public required uint Priority { get; init; }

    /// <summary>As the control plane says; ejection by outlier detection is <see cref="EndpointState.IsEjected"/>.</summary>
    public required bool IsHealthy { get; init; }

    public LocalityModel Locality { get; init; } = LocalityModel.None;

    /// <summary>The workload by endpoint metadata, where no metadata is exchanged.</summary>
    public required WorkloadIdentity? Workload { get; init; }

    public required EndpointState State { get; init; }

    public required Envoy.Config.Endpoint.V3.LbEndpoint? Config { get; init; }

    /// <summary>What consistent hashing knows the endpoint by: its address, or its hostname where the cluster says so and it has one.</summary>
    public string HashKey(bool usesHostname) =>
        usesHostname && Config?.Endpoint?.Hostname is { Length: > 0 } hostname ? hostname : Address.ToString();
}

/// <summary>A group of endpoints in one place, of one priority (LocalityLbEndpoints). Compared by reference.</summary>
/// <param name="weight">0 takes no traffic where localities are weighed.</param>
/// <param name="size">How many endpoints it has, healthy or not.</param>
/// <param name="overprovisioning">overprovisioning_factor in percent.</param>
internal sealed class LocalityModel(string region, string zone, string subZone, uint weight, int size, uint overprovisioning = SelectionOptions.DefaultOverprovisioning)
{
    public static LocalityModel None { get; } = new("", "", "", 1, 1);

    public string Region { get; } = region;

    public string Zone { get; } = zone;

    public string SubZone { get; } = subZone;

    public uint Weight { get; } = weight;

    /// <summary>The weight that a part of its endpoints can bear (over-provisioned).</summary>
    public double EffectiveWeight(int healthy) => Weight * Math.Min(1, overprovisioning / 100.0 * healthy / size);
}
