using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;

namespace Weft.Istio.Effective;

/// <summary>How calls to a service prefer near endpoints: by its DestinationRule, else by the service's traffic distribution, else by the mesh.</summary>
/// <param name="ForcesFailover">Far endpoints are fallen back to even when nothing detects that near ones fail.</param>
public sealed record EffectiveLocality(LocalityLbSettings Settings, bool ForcesFailover)
{
    public const string NetworkLabel = "topology.istio.io/network";
    public const string RegionLabel = "topology.kubernetes.io/region";
    public const string ZoneLabel = "topology.kubernetes.io/zone";
    public const string SubzoneLabel = "topology.istio.io/subzone";
    public const string NodeLabel = "kubernetes.io/hostname";

    private static readonly LocalityLbSettings s_sameZone = new() { FailoverPriority = [NetworkLabel, RegionLabel, ZoneLabel] };
    private static readonly LocalityLbSettings s_sameNode = new() { FailoverPriority = [NetworkLabel, RegionLabel, ZoneLabel, SubzoneLabel, NodeLabel] };

    /// <summary>It says more than that near endpoints are preferred.</summary>
    public bool IsStated => Settings.Distribute.Length + Settings.Failover.Length + Settings.FailoverPriority.Length > 0;

    /// <summary>Null where locality does not count.</summary>
    public static EffectiveLocality? For(MeshConfig mesh, LoadBalancerSettings? loadBalancer, MeshService service)
    {
        if (loadBalancer?.LocalityLbSetting is { } stated)
        {
            return stated.Enabled == false ? null : new EffectiveLocality(stated, ForcesFailover: false);
        }

        // What a service asks for holds also where the mesh switches locality off.
        return service.TrafficDistribution switch
        {
            "PreferClose" or "PreferSameZone" => new EffectiveLocality(s_sameZone, ForcesFailover: true),
            "PreferSameNode" => new EffectiveLocality(s_sameNode, ForcesFailover: true),
            _ when mesh.LocalityLbSetting?.Enabled == false => null,
            _ => new EffectiveLocality(mesh.LocalityLbSetting ?? new(), ForcesFailover: false),
        };
    }
}
