using Envoy.Config.Cluster.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Generation.Clusters;

/// <summary>All clusters of a sidecar: one per service port, its own inbound ones, and those for traffic nobody knows.</summary>
public static class ClusterGenerator
{
    /// <summary>Envoy removes unused hosts of an original-destination cluster after this time; inbound there is nothing to remove.</summary>
    private const long NeverCleanUp = 9223372035;
    private const string Loopback = "127.0.0.1";
    private const string LoopbackV6 = "::1";

    public static IEnumerable<Cluster> Of(ProxyView view)
    {
        foreach (var service in view.Services.Where(service => service.Resolution != ServiceResolution.Alias))
        {
            foreach (var port in service.Ports.Where(port => port.Protocol != PortProtocol.Udp))
            {
                foreach (var cluster in OutboundClusters.Of(view, service, port))
                {
                    yield return cluster;
                }
            }
        }

        yield return BlackHole(view);
        if (view.Node.Type == ProxyType.Router)
        {
            // A gateway serves nothing of its own and knows no traffic but that of its servers.
            foreach (var cluster in view.Gateways.PassesThroughAutomatically ? ByServerName(view) : [])
            {
                yield return cluster;
            }

            yield break;
        }

        yield return Passthrough(view);
        yield return InboundPassthrough(view);
        foreach (var port in view.IngressPorts)
        {
            yield return Inbound(view, port);
        }

        if (!view.Node.BindsPorts && view.IngressPorts.Length == 0)
        {
            foreach (var port in view.InboundPorts)
            {
                yield return Inbound(view, port);
            }
        }
    }

    private static IEnumerable<Cluster> ByServerName(ProxyView view) =>
        from service in view.Services
        where !service.IsExternal && service.Resolution != ServiceResolution.Alias
        from port in service.Ports
        where port.Protocol != PortProtocol.Udp
        from cluster in OutboundClusters.ByServerName(view, service, port)
        select cluster;

    private static Cluster BlackHole(ProxyView view) => new()
    {
        Name = ClusterNames.BlackHole,
        AltStatName = $"{ClusterNames.BlackHole};",
        Type = Cluster.Types.DiscoveryType.Static,
        ConnectTimeout = view.Mesh.EffectiveConnectTimeout.ToDuration(),
    };

    private static Cluster Passthrough(ProxyView view)
    {
        var cluster = OriginalDestination(view, ClusterNames.Passthrough);
        cluster.Filters.Add(ClusterParts.MetadataExchange());
        return cluster;
    }

    private static Cluster InboundPassthrough(ProxyView view)
    {
        var cluster = OriginalDestination(view, ClusterNames.InboundPassthrough);
        cluster.UpstreamBindConfig = ClusterParts.InboundBind();
        return cluster;
    }

    private static Cluster OriginalDestination(ProxyView view, string name)
    {
        var cluster = new Cluster
        {
            Name = name,
            // Both are counted under one name, as istiod does.
            AltStatName = $"{ClusterNames.Passthrough};",
            Type = Cluster.Types.DiscoveryType.OriginalDst,
            LbPolicy = Cluster.Types.LbPolicy.ClusterProvided,
            CircuitBreakers = ClusterParts.Unlimited(),
            TypedExtensionProtocolOptions = { ClusterParts.HttpOptions(ClusterParts.DownstreamProtocol(TimeSpan.FromMinutes(5))) },
        };
        ClusterPolicies.ApplyConnectionPool(cluster, view.Mesh, null, null);
        return cluster;
    }

    /// <summary>To the address that the caller used, or to the loopback address where the mesh says so.</summary>
    private static Cluster Inbound(ProxyView view, InboundPort port)
    {
        var rule = view.InboundRuleFor(port.Service);
        var metadata = port.Service.IsExternal ? null : ClusterParts.ServiceMetadata(port.Services, rule is { HasPolicy: true } ? rule : null);
        var pool = view.Sidecar.InboundConnectionPool ?? rule?.PolicyOf(port.ServicePort.Number).ConnectionPool;
        var statName = StatNames.Of(view.Mesh.InboundClusterStatName, ClusterNames.Inbound(port.TargetPort), port.Service, port.ServicePort.Number, port.ServicePort.Name, targetPort: port.TargetPort);
        return Inbound(view, port.TargetPort, statName, port.ServicePort.Protocol, view.Mesh.InboundTrafficPolicy is { IsToLoopback: true } ? (Loopback, EnvoyShapes.SocketAddress(Loopback, port.TargetPort)) : null, metadata, pool);
    }

    /// <summary>For a port that the Sidecar states: to the endpoint it names, else to the address the caller used.</summary>
    private static Cluster Inbound(ProxyView view, IngressPort port)
    {
        var known = view.InboundPorts.FirstOrDefault(candidate => candidate.TargetPort == port.Number);
        var rule = known is null ? null : view.InboundRuleFor(known.Service);
        var metadata = known is null ? null : ClusterParts.ServiceMetadata([known.Service], rule is { HasPolicy: true } ? rule : null);
        var pool = port.ConnectionPool ?? view.Sidecar.InboundConnectionPool ?? rule?.PolicyOf(port.Number).ConnectionPool;
        var statName = known is null ? ClusterNames.Inbound(port.Number) : StatNames.Of(view.Mesh.InboundClusterStatName, ClusterNames.Inbound(port.Number), known.Service, port.Number, targetPort: port.Number);
        return Inbound(view, port.Number, statName, port.Protocol, AddressOf(port) is { } address ? (port.SocketAddress()?.Address ?? "", address) : null, metadata, pool);
    }

    private static Cluster Inbound(
        ProxyView view, int port, string statName, PortProtocol protocol, (string Host, Envoy.Config.Core.V3.Address Address)? target, Envoy.Config.Core.V3.Metadata? metadata, ConnectionPoolSettings? pool)
    {
        var name = ClusterNames.Inbound(port);
        var cluster = new Cluster
        {
            Name = name,
            AltStatName = $"{statName};",
            CommonLbConfig = new(),
            CircuitBreakers = ClusterParts.Unlimited(),
            Metadata = metadata,
        };
        if (target is { } stated)
        {
            cluster.Type = Cluster.Types.DiscoveryType.Static;
            cluster.LoadAssignment = new()
            {
                ClusterName = name,
                Endpoints = { new Envoy.Config.Endpoint.V3.LocalityLbEndpoints { LbEndpoints = { new Envoy.Config.Endpoint.V3.LbEndpoint { Endpoint = new() { Address = stated.Address } } } } },
            };
        }
        else
        {
            cluster.Type = Cluster.Types.DiscoveryType.OriginalDst;
            cluster.LbPolicy = Cluster.Types.LbPolicy.ClusterProvided;
            cluster.CleanupInterval = new Duration { Seconds = NeverCleanUp };
        }

        if (target?.Host is not (Loopback or LoopbackV6))
        {
            cluster.UpstreamBindConfig = ClusterParts.InboundBind();
        }

        ClusterPolicies.ApplyConnectionPool(cluster, view.Mesh, pool, null);
        ClusterPolicies.ApplyProtocol(cluster, view.Mesh, protocol, pool, outbound: false, detects: true);
        return cluster;
    }

    private static Envoy.Config.Core.V3.Address? AddressOf(IngressPort port) => port.SocketPath is { } path
        ? new() { Pipe = new() { Path = path } }
        : port.SocketAddress() is { } address ? EnvoyShapes.SocketAddress(address.Address, address.Port) : null;
}
