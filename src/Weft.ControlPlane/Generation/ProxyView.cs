using System.Collections.Immutable;
using Weft.Istio.Effective;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Generation;

/// <summary>One mesh as one proxy sees it: what every generator needs, worked out once per proxy and snapshot.</summary>
public sealed class ProxyView
{
    private readonly Dictionary<MeshService, EffectiveDestinationRule?> _rules = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<MeshService> _scope;
    private readonly Lock _lock = new();

    public ProxyView(MeshSnapshot snapshot, ProxyNode node)
    {
        Snapshot = snapshot;
        Node = node;
        Sidecar = EffectiveSidecar.For(snapshot, node.Namespace, node.Type == ProxyType.Sidecar ? node.Labels : ImmutableDictionary<string, string>.Empty);
        Services = node.Type == ProxyType.Sidecar ? Sidecar.Visible() : [.. snapshot.Services.Where(service => service.IsVisibleIn(node.Namespace))];
        _scope = new HashSet<MeshService>(Services, ReferenceEqualityComparer.Instance);
        Tls = EffectiveTls.For(snapshot, node.Namespace, node.Labels);
        Policies = EffectivePolicies.For(snapshot, node.Namespace, node.Labels);
        InboundPorts = InboundPortsOf(snapshot, node);
        Routing = RouteContext.OfSidecar(node.Namespace, node.Labels);
    }

    public MeshSnapshot Snapshot { get; }

    public MeshConfig Mesh => Snapshot.Mesh;

    public ProxyNode Node { get; }

    /// <summary>What restricts its view.</summary>
    public EffectiveSidecar Sidecar { get; }

    /// <summary>The hosts it may call, oldest first.</summary>
    public ImmutableArray<MeshService> Services { get; }

    /// <summary>What its own workload accepts.</summary>
    public EffectiveTls Tls { get; }

    /// <summary>Who may call its own workload.</summary>
    public EffectivePolicies Policies { get; }

    /// <summary>What its own workload serves; one per target port, the oldest service winning.</summary>
    public ImmutableArray<InboundPort> InboundPorts { get; }

    /// <summary>As whose traffic VirtualServices see it.</summary>
    public RouteContext Routing { get; }

    public bool AllowsAnyOutbound => Sidecar.AllowsAnyOutbound;

    public string PassthroughTarget => AllowsAnyOutbound ? ClusterNames.Passthrough : ClusterNames.BlackHole;

    public MeshService? Service(string host) => Services.FirstOrDefault(service => service.Host == host);

    /// <summary>The VirtualService for its calls to a host, within the scope of its Sidecar.</summary>
    public VirtualService? VirtualServiceFor(string host) => EffectiveRoutes.VirtualServiceFor(Snapshot, Routing, host, Node.Type == ProxyType.Sidecar ? Sidecar : null);

    /// <summary>The DestinationRule for its calls to a service; null when there is none, or the service is outside the scope of its Sidecar.</summary>
    public EffectiveDestinationRule? RuleFor(MeshService service)
    {
        if (!_scope.Contains(service))
        {
            return null;
        }

        lock (_lock)
        {
            if (!_rules.TryGetValue(service, out var rule))
            {
                rule = EffectiveDestinationRule.For(Snapshot, Node.Namespace, Node.Labels, service);
                _rules.Add(service, rule);
            }

            return rule;
        }
    }

    private static ImmutableArray<InboundPort> InboundPortsOf(MeshSnapshot snapshot, ProxyNode node)
    {
        var ports = ImmutableArray.CreateBuilder<InboundPort>();
        foreach (var address in node.Addresses)
        {
            foreach (var (service, port, endpoint) in snapshot.InstancesAt(address))
            {
                if (port.Protocol != PortProtocol.Udp && ports.All(known => known.TargetPort != endpoint.Port))
                {
                    ports.Add(new InboundPort(service, port, endpoint.Port));
                }
            }
        }

        return ports.DrainToImmutable();
    }
}

/// <summary>A port of the proxy's own workload and the service port that leads to it.</summary>
public sealed record InboundPort(MeshService Service, MeshServicePort ServicePort, int TargetPort);
