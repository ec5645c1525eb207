using System.Collections.Immutable;
using Weft.Istio.Effective;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Istio.Security;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Generation;

/// <summary>One mesh as one proxy sees it: what every generator needs, worked out once per proxy and snapshot.</summary>
public sealed class ProxyView
{
    private readonly ServiceScope _scope;
    private readonly ClientRules _rules;
    private readonly BoundVirtualServices _virtualServices;

    public ProxyView(MeshSnapshot snapshot, ProxyNode node)
    {
        node = KnownTo(snapshot, node);
        Snapshot = snapshot;
        Node = node;
        Sidecar = EffectiveSidecar.For(snapshot, node.Namespace, node.Type == ProxyType.Sidecar ? node.Labels : ImmutableDictionary<string, string>.Empty);
        _scope = node.Type == ProxyType.Sidecar ? Sidecar.Scope : ServiceScope.OfGateway(snapshot, node.Namespace);
        _rules = ClientRules.Of(snapshot, node.Namespace, node.Labels);
        Tls = EffectiveTls.For(snapshot, node.Namespace, node.Labels);
        Policies = EffectivePolicies.For(snapshot, node.Namespace, node.Labels);
        Tokens = EffectiveTokens.For(snapshot, node.Namespace, node.Labels);
        Telemetry = EffectiveTelemetry.For(snapshot, node.Namespace, node.Labels);
        InboundPorts = InboundPortsOf(snapshot, node);
        IngressPorts = node.Type == ProxyType.Sidecar ? [.. IngressPort.Of(Sidecar, node)] : [];
        Routing = RouteContext.OfSidecar(node.Namespace, node.Labels);
        Gateways = node.Type == ProxyType.Router ? EffectiveGateways.For(snapshot, node.Labels, node.Addresses) : EffectiveGateways.None;
        _virtualServices = node.Type == ProxyType.Sidecar ? Sidecar.VirtualServices : BoundVirtualServices.Of(snapshot, node.Namespace, RouteContext.MeshGateway);
    }

    private ProxyView(ProxyView before, MeshSnapshot snapshot)
    {
        Snapshot = snapshot;
        Node = before.Node;
        Sidecar = EffectiveSidecar.For(snapshot, Node.Namespace, Node.Type == ProxyType.Sidecar ? Node.Labels : ImmutableDictionary<string, string>.Empty);
        _scope = Node.Type == ProxyType.Sidecar ? Sidecar.Scope : ServiceScope.OfGateway(snapshot, Node.Namespace);
        InboundPorts = InboundPortsOf(snapshot, Node);
        (_rules, _virtualServices, Tls, Policies, Tokens) = (before._rules, before._virtualServices, before.Tls, before.Policies, before.Tokens);
        (Telemetry, IngressPorts, Routing, Gateways) = (before.Telemetry, before.IngressPorts, before.Routing, before.Gateways);
    }

    public MeshSnapshot Snapshot { get; }

    public MeshConfig Mesh => Snapshot.Mesh;

    public ProxyNode Node { get; }

    /// <summary>What restricts its view.</summary>
    public EffectiveSidecar Sidecar { get; }

    /// <summary>The hosts it may call, oldest first.</summary>
    public ImmutableArray<MeshService> Services => _scope.Services;

    /// <summary>What its own workload accepts.</summary>
    public EffectiveTls Tls { get; }

    /// <summary>Who may call its own workload.</summary>
    public EffectivePolicies Policies { get; }

    /// <summary>Which tokens its own workload accepts, by issuer.</summary>
    public ImmutableArray<JwtRule> Tokens { get; }

    /// <summary>What it reports.</summary>
    public EffectiveTelemetry Telemetry { get; }

    /// <summary>What its own workload serves; one per target port, the oldest service winning.</summary>
    public ImmutableArray<InboundPort> InboundPorts { get; }

    /// <summary>What its Sidecar states instead of <see cref="InboundPorts"/>; empty when it states nothing.</summary>
    internal ImmutableArray<IngressPort> IngressPorts { get; }

    /// <summary>Which headers it adds.</summary>
    internal ProxyHeaders Headers => field ??= ProxyHeaders.Of(Node, Mesh);

    /// <summary>What stands before it as a gateway.</summary>
    internal GatewayTopology Topology => field ??= GatewayTopology.Of(Node, Mesh);

    /// <summary>As whose traffic VirtualServices see it.</summary>
    public RouteContext Routing { get; }

    /// <summary>What it serves as a gateway; nothing when it is a sidecar.</summary>
    public EffectiveGateways Gateways { get; }

    public bool AllowsAnyOutbound => Sidecar.AllowsAnyOutbound;

    /// <summary>The cluster of calls to hosts that nobody knows.</summary>
    public string PassthroughTarget => Sidecar.EgressProxy is { } proxy
        ? ClusterNames.Outbound(proxy.Port?.Number ?? 0, proxy.Subset ?? "", proxy.Host)
        : AllowsAnyOutbound ? ClusterNames.Passthrough : ClusterNames.BlackHole;

    /// <summary>From where it is near to endpoints or far.</summary>
    public LocalityViewpoint Viewpoint => new(Node.Locality, Node.NodeName, Node.Network, Node.Labels);

    /// <summary>How it finds a service's endpoints. A gateway's clients state no destination address: it needs the endpoints.</summary>
    public ServiceResolution ResolutionOf(MeshService service) =>
        Node.Type == ProxyType.Router && service.Resolution == ServiceResolution.Passthrough ? ServiceResolution.Endpoints : service.Resolution;

    public MeshService? Service(string host) => _scope.Find(host);

    /// <summary>The host that answers for another name of it.</summary>
    public string HostBehind(string host) => _scope.HostBehind(host);

    /// <summary>The services that are only other names of this one.</summary>
    public IEnumerable<MeshService> AliasesOf(MeshService service) => _scope.AliasesOf(service.Host);

    /// <summary>The VirtualService for its calls to a host, within the scope of its Sidecar.</summary>
    public VirtualService? VirtualServiceFor(string host) => _virtualServices.For(host);

    /// <summary>Where it serves as a proxy for HTTP, on loopback; 0 for nowhere.</summary>
    public int HttpProxyPort => Node.Type != ProxyType.Sidecar ? 0 : Node.HttpProxyPort > 0 ? Node.HttpProxyPort : Mesh.ProxyHttpPort;

    /// <summary>The VirtualServices bound to a gateway, given as namespace/name, that this proxy sees.</summary>
    public ImmutableArray<VirtualService> VirtualServicesAt(string gateway) => BoundVirtualServices.Of(Snapshot, Node.Namespace, gateway).All;

    /// <summary>As whose traffic the VirtualServices of a gateway see it.</summary>
    public RouteContext RoutingAt(string gateway) => RouteContext.OfGateway(Node.Namespace, Node.Labels, gateway);

    /// <summary>The DestinationRule for its calls to a service; null when there is none, or the service is outside the scope of its Sidecar.</summary>
    public EffectiveDestinationRule? RuleFor(MeshService service) => _scope.Contains(service) ? _rules.For(service) : null;

    /// <summary>The DestinationRule for what its workload receives by a service: one that selects workloads is for the calls they send only.</summary>
    public EffectiveDestinationRule? InboundRuleFor(MeshService service) =>
        RuleFor(service) is { HasSelector: true } ? ClientRules.Of(Snapshot, Node.Namespace, ImmutableDictionary<string, string>.Empty).For(service) : RuleFor(service);

    /// <summary>The view of a later snapshot of the same shape; null when the proxy's own labels or ports are others there.</summary>
    internal ProxyView? After(MeshSnapshot snapshot) =>
        LabelMatch.IsSame(KnownTo(snapshot, Node).Labels, Node.Labels) && OwnPorts(snapshot, Node).SequenceEqual(OwnPorts(Snapshot, Node)) ? new ProxyView(this, snapshot) : null;

    /// <summary>The gateways through which it reaches other networks.</summary>
    internal NetworkGateways Networks => NetworkGateways.Of(Snapshot);

    /// <summary>Messages that this proxy has in common with others.</summary>
    internal SharedMessages Shared => Snapshot.DerivedOfShape(typeof(SharedMessages), _ => new SharedMessages());

    /// <summary>What the cluster says of a pod wins over what its proxy says.</summary>
    private static ProxyNode KnownTo(MeshSnapshot snapshot, ProxyNode node) =>
        snapshot.PodAt(node.Address) is { } pod && pod.Metadata.Namespace == node.Namespace && !ReferenceEquals(pod.Metadata.Labels, node.Labels) 
            ? node with { Labels = pod.Metadata.Labels, Network = node.Network.Length > 0 ? node.Network : pod.Metadata.Labels.GetValueOrDefault(MeshNetworks.NetworkLabel) ?? "" }
            : node;

    private static IEnumerable<(string Host, int Port, int TargetPort)> OwnPorts(MeshSnapshot snapshot, ProxyNode node) =>
        node.Addresses.SelectMany(snapshot.InstancesAt).Select(instance => (instance.Service.Host, instance.Port.Number, instance.Endpoint.Port));

    private static ImmutableArray<InboundPort> InboundPortsOf(MeshSnapshot snapshot, ProxyNode node)
    {
        var ports = new List<InboundPort>();
        foreach (var address in node.Addresses)
        {
            foreach (var (service, port, endpoint) in snapshot.InstancesAt(address).Where(instance => instance.Port.Protocol != PortProtocol.Udp))
            {
                var known = ports.FindIndex(candidate => candidate.TargetPort == endpoint.Port);
                if (known < 0)
                {
                    ports.Add(new InboundPort(service, port, endpoint.Port, [service]));
                }
                else if (ports[known].ServicePort.Number == port.Number && ports[known].Services.All(other => other.Host != service.Host))
                {
                    ports[known] = ports[known] with { Services = ports[known].Services.Add(service) };
                }
            }
        }

        return [.. ports.OrderBy(port => port.TargetPort)];
    }
}

/// <summary>A port of the proxy's own workload and the service port that leads to it.</summary>
/// <param name="Services">All services that lead to it by the same port number, that one first.</param>
public sealed record InboundPort(MeshService Service, MeshServicePort ServicePort, int TargetPort, ImmutableArray<MeshService> Services);
