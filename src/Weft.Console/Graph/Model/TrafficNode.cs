using System.Collections.Immutable;
using Weft.Console.Health;

namespace Weft.Console.Graph.Model;

/// <summary>A node while its graph is being made. Mutable, owned by one <see cref="TrafficMap"/>; nothing outside the pipeline sees it.</summary>
internal sealed class TrafficNode
{
    private readonly RateTally[] _inbound = new RateTally[Protocols.Count];
    private readonly double[] _outbound = new double[Protocols.Count];
    private DestinationService? _lastDestination;
    private bool _isCalledByTraffic;

    public required NodeId Id { get; init; }

    /// <summary>The hashed id, once somebody has asked for it.</summary>
    public string? Hash { get; set; }

    public required NodeType Type { get; init; }

    public required string Cluster { get; init; }

    public required string Namespace { get; init; }

    public string Workload { get; init; } = "";

    public string App { get; set; } = "";

    public string Version { get; set; } = "";

    public string Service { get; init; } = "";

    /// <summary>Label and value of an aggregate node.</summary>
    public string Aggregate { get; init; } = "";

    public Dictionary<EdgeKey, TrafficEdge> Out { get; } = [];

    public SortedSet<DestinationService> DestinationServices { get; } = new(DestinationService.ByName);

    public GraphBox? Parent { get; set; }

    public NodeMarks Marks { get; set; }

    /// <summary>PassthroughCluster or BlackHoleCluster: traffic that left the mesh's knowledge.</summary>
    public bool IsEgressCluster { get; set; }

    /// <summary>Host names of the VirtualServices that route to the node; null when none does.</summary>
    public ImmutableArray<string>? VirtualServiceHosts { get; set; }

    public ServiceEntryNode? ServiceEntry { get; set; }

    public GatewayNode? Gateway { get; set; }

    public ExtensionNode? Extension { get; set; }

    public ImmutableArray<string> WorkloadEntries { get; set; } = [];

    public ImmutableSortedDictionary<string, string> Labels { get; set; } = ImmutableSortedDictionary<string, string>.Empty;

    public NodeHealth? Health { get; set; }

    /// <summary>
    /// Telemetry may call one workload by several applications or versions, when its labels were changed or are wrong. What present traffic
    /// calls it counts, a name before none, and of several the first in order: which series comes first decides nothing.
    /// </summary>
    public void Call(string app, string version, bool byTraffic)
    {
        if ((App == app && Version == version) || (_isCalledByTraffic && !byTraffic))
        {
            _isCalledByTraffic |= byTraffic;
            return;
        }

        if ((byTraffic && !_isCalledByTraffic) || Precedes(app, App) || (app == App && Precedes(version, Version)))
        {
            (App, Version) = (app, version);
        }

        _isCalledByTraffic |= byTraffic;
    }

    private static bool Precedes(string name, string other) => name.Length > 0 && (other.Length == 0 || string.CompareOrdinal(name, other) < 0);

    /// <summary>Adds one, unless it is the one that was added last: thousands of series in a row tell the same.</summary>
    public void AddDestinationService(string cluster, string ns, string name)
    {
        if (_lastDestination is not { } last || last.Name != name || last.Namespace != ns || last.Cluster != cluster)
        {
            DestinationServices.Add(_lastDestination = new DestinationService(cluster, ns, name));
        }
    }

    public ref RateTally Inbound(Protocol protocol) => ref _inbound[(int)protocol];

    public ref double Outbound(Protocol protocol) => ref _outbound[(int)protocol];

    public bool HasInboundTraffic => _inbound[0].Total > 0 || _inbound[1].Total > 0 || _inbound[2].Total > 0;

    public bool HasOutboundTraffic => _outbound[0] > 0 || _outbound[1] > 0 || _outbound[2] > 0;

    public bool HasTraffic => HasInboundTraffic || HasOutboundTraffic;

    public TrafficEdge EdgeTo(TrafficNode target, Protocol protocol)
    {
        var key = new EdgeKey(target.Id, protocol);
        if (!Out.TryGetValue(key, out var edge))
        {
            Out[key] = edge = new TrafficEdge(this, target, protocol);
        }

        return edge;
    }

    public TrafficEdge? FindEdge(in NodeId target, Protocol protocol) => Out.GetValueOrDefault(new EdgeKey(target, protocol));
}

internal readonly record struct EdgeKey(NodeId Target, Protocol Protocol);

/// <summary>A service that traffic of the node was addressed to.</summary>
public sealed record DestinationService(string Cluster, string Namespace, string Name)
{
    internal static readonly Comparer<DestinationService> ByName = Comparer<DestinationService>.Create((one, other) =>
        string.CompareOrdinal(one.Cluster, other.Cluster) is var byCluster and not 0 ? byCluster
        : string.CompareOrdinal(one.Namespace, other.Namespace) is var byNamespace and not 0 ? byNamespace
        : string.CompareOrdinal(one.Name, other.Name));
}

public sealed record ServiceEntryNode(string Namespace, string Location, ImmutableArray<string> Hosts);

/// <summary>The extension that reports a node, and where its own pages are (empty: nowhere).</summary>
public sealed record ExtensionNode(string Name, string Url);

/// <summary>Host names that a gateway workload serves, by the kind of gateway.</summary>
public sealed record GatewayNode(ImmutableArray<string> Ingress, ImmutableArray<string> Egress, ImmutableArray<string> GatewayApi);
