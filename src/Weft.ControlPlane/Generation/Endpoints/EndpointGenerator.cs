using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.Istio.Effective;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;
using Endpoint = Envoy.Config.Endpoint.V3.Endpoint;
using Locality = Envoy.Config.Core.V3.Locality;

namespace Weft.ControlPlane.Generation.Endpoints;

/// <summary>The endpoints of a cluster, grouped by locality.</summary>
public static class EndpointGenerator
{
    /// <summary>The endpoints of every cluster that asks for them.</summary>
    public static IEnumerable<ClusterLoadAssignment> Of(ProxyView view)
    {
        foreach (var service in view.Services.Where(service => view.ResolutionOf(service) == ServiceResolution.Endpoints))
        {
            foreach (var port in service.Ports)
            {
                if (port.Protocol != PortProtocol.Udp)
                {
                    yield return Of(view, ClusterNames.Outbound(port.Number, "", service.Host));
                    foreach (var subset in view.RuleFor(service)?.Subsets ?? [])
                    {
                        yield return Of(view, ClusterNames.Outbound(port.Number, subset.Name, service.Host));
                    }
                }
            }
        }
    }

    /// <summary>An unknown cluster gives an empty answer, so that a proxy that warms it does not wait.</summary>
    public static ClusterLoadAssignment Of(ProxyView view, string clusterName)
    {
        var assignment = new ClusterLoadAssignment { ClusterName = clusterName };
        if (!(ClusterNames.TryParseOutbound(clusterName, out var parts) || ClusterNames.TryParseServerName(clusterName, out parts))
            || view.Service(parts.Host) is not { } service
            || view.ResolutionOf(service) != ServiceResolution.Endpoints
            || service.Port(parts.Port) is not { } port)
        {
            return assignment;
        }

        var subset = parts.Subset.Length == 0 ? null : view.RuleFor(service)?.Subset(parts.Subset);
        if (parts.Subset.Length > 0 && subset is null)
        {
            return assignment;
        }

        if (!ClusterNames.TryParseOutbound(clusterName, out _))
        {
            var byServerName = Of(view, service, port, subset, onlyMutualTls: true);
            byServerName.ClusterName = clusterName;
            return byServerName;
        }

        return view.Shared.Endpoints(service, KeyOf(view, service, port, parts.Subset), () => Of(view, service, port, subset));
    }

    /// <summary>The endpoints of a service port or subset, whoever resolves their addresses.</summary>
    /// <param name="onlyMutualTls">The client's own mutual TLS goes on to them: others could not answer it.</param>
    internal static ClusterLoadAssignment Of(ProxyView view, MeshService service, MeshServicePort port, Subset? subset, bool onlyMutualTls = false)
    {
        var assignment = new ClusterLoadAssignment { ClusterName = ClusterNames.Outbound(port.Number, subset?.Name ?? "", service.Host) };
        var candidates = service.EndpointsOf(port)
            .Where(endpoint => (endpoint.Ready != false || (service.TellsUnready && !endpoint.Terminates)) && (!onlyMutualTls || endpoint.AcceptsMutualTls))
            .Where(endpoint => subset is null || LabelMatch.IsSubset(subset.Labels, endpoint.Labels))
            .Where(endpoint => !service.NodeLocal || endpoint.NodeName == view.Node.NodeName);
        var policy = view.RuleFor(service)?.PolicyOf(port.Number, subset) ?? DestinationPolicy.None;
        if (view.ResolutionOf(service) == ServiceResolution.Endpoints)
        {
            candidates = NetworkEndpoints.Of(view.Networks, view.Node.Network, candidates.Where(endpoint => IsInView(view, endpoint)), endpoint => TakesMutualTls(view, policy, endpoint));
        }

        var locality = EffectiveLocality.For(view.Mesh, policy.LoadBalancer, service);
        var failsOver = policy.OutlierDetection is not null || locality?.ForcesFailover == true;
        foreach (var group in EndpointGroups.Of(candidates, view.Viewpoint, locality?.Settings, failsOver, view.ResolutionOf(service) == ServiceResolution.Endpoints))
        {
            assignment.Endpoints.Add(Group(view, policy, group));
        }

        return assignment;
    }

    private static EndpointKey KeyOf(ProxyView view, MeshService service, MeshServicePort port, string subset)
    {
        var rule = view.RuleFor(service);
        var policy = rule?.PolicyOf(port.Number, rule.Subset(subset)) ?? DestinationPolicy.None;
        return new EndpointKey(
            port.Number, subset, rule, view.ResolutionOf(service), view.Node.ClusterId, service.NodeLocal ? view.Node.NodeName : "", NetworksOf(view), DependsOnViewpoint(view, policy, service) ? view.Viewpoint : null);
    }

    private static bool IsInView(ProxyView view, MeshEndpoint endpoint) =>
        view.Node.NetworkView.IsEmpty || endpoint.Network.Length == 0 || view.Node.NetworkView.Contains(endpoint.Network);

    private static string NetworksOf(ProxyView view) => view.Networks.Exist || !view.Node.NetworkView.IsEmpty ? $"{view.Node.Network} {string.Join(',', view.Node.NetworkView)}" : "";

    /// <summary>Near and far count where calls are distributed by locality, or fail over.</summary>
    internal static bool DependsOnViewpoint(ProxyView view, DestinationPolicy policy, MeshService service) =>
        EffectiveLocality.For(view.Mesh, policy.LoadBalancer, service) is { } locality
        && (locality.Settings.Distribute.Length > 0 || locality.ForcesFailover || policy.OutlierDetection is not null);

    private static LocalityLbEndpoints Group(ProxyView view, DestinationPolicy policy, EndpointGroup source)
    {
        var group = new LocalityLbEndpoints
        {
            Locality = new Locality { Region = source.Locality.Region, Zone = source.Locality.Zone, SubZone = source.Locality.Subzone },
            LoadBalancingWeight = source.Weight,
            Priority = (uint)source.Priority,
        };
        group.LbEndpoints.Add(source.Endpoints.Select(endpoint => LbEndpoint(view, policy, endpoint)));
        return group;
    }

    private static LbEndpoint LbEndpoint(ProxyView view, DestinationPolicy policy, MeshEndpoint endpoint) => new()
    {
        Endpoint = new Endpoint { Address = EnvoyShapes.AddressOf(endpoint.Address, endpoint.Port) },
        LoadBalancingWeight = endpoint.Weight,
        HealthStatus = endpoint.Ready switch { null => HealthStatus.Unknown, true => HealthStatus.Healthy, false => HealthStatus.Unhealthy },
        Metadata = MetadataOf(view, policy, endpoint),
    };

    private static Metadata MetadataOf(ProxyView view, DestinationPolicy policy, MeshEndpoint endpoint)
    {
        var metadata = new Metadata();
        if (TakesMutualTls(view, policy, endpoint))
        {
            metadata.FilterMetadata["envoy.transport_socket_match"] = EnvoyShapes.StructOf(("tlsMode", Value.ForString("istio")));
        }

        var canonical = endpoint.Canonical;
        var workload = string.Join(';', endpoint.WorkloadName, endpoint.Namespace, canonical.Name, canonical.Revision == CanonicalService.LatestRevision ? "" : canonical.Revision, view.Node.ClusterId);
        metadata.FilterMetadata["istio"] = EnvoyShapes.StructOf(("workload", Value.ForString(workload)));
        return metadata;
    }

    /// <summary>A mode in the DestinationRule decides; without one, what the endpoint's own policy says.</summary>
    private static bool TakesMutualTls(ProxyView view, DestinationPolicy policy, MeshEndpoint endpoint) =>
        endpoint.IsNetworkGateway || (endpoint.AcceptsMutualTls && (policy.Tls is { } tls
            ? tls.Mode == "ISTIO_MUTUAL"
            : EffectiveTls.For(view.Snapshot, endpoint.Namespace, endpoint.Labels).OnPort(endpoint.Port) != MutualTlsMode.Disable));
}
