using System.Collections.Immutable;
using Weft.Console.Graph.Model;
using Weft.Console.Health;

namespace Weft.Console.Graph;

/// <summary>A finished traffic graph. Boxes come first, then nodes, then edges, each in a stable order.</summary>
public sealed record TrafficGraph
{
    public required DateTimeOffset Timestamp { get; init; }

    public required TimeSpan Duration { get; init; }

    public required GraphType GraphType { get; init; }

    public required ImmutableArray<GraphNode> Nodes { get; init; }

    public required ImmutableArray<GraphEdge> Edges { get; init; }

    /// <summary>What each step of <see cref="GraphPipeline"/> took, by its name. Not part of what is shown.</summary>
    public ImmutableArray<KeyValuePair<string, TimeSpan>> StepTimes { get; init; } = [];
}

/// <summary>A node or a box. Texts are empty where they do not apply.</summary>
public sealed record GraphNode
{
    public required string Id { get; init; }

    public string? Parent { get; init; }

    public required NodeType Type { get; init; }

    /// <summary>Set for boxes.</summary>
    public BoxBy Box { get; init; }

    public required string Cluster { get; init; }

    public string Namespace { get; init; } = "";

    public string Workload { get; init; } = "";

    public string App { get; init; } = "";

    public string Version { get; init; } = "";

    public string Service { get; init; } = "";

    public string Aggregate { get; init; } = "";

    public NodeMarks Marks { get; init; }

    public ImmutableArray<DestinationService> DestinationServices { get; init; } = [];

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public ImmutableArray<ProtocolTraffic> Traffic { get; init; } = [];

    public NodeHealth? Health { get; init; }

    public ImmutableArray<string>? VirtualServiceHosts { get; init; }

    public ImmutableArray<string> WorkloadEntries { get; init; } = [];

    public ServiceEntryNode? ServiceEntry { get; init; }

    public GatewayNode? Gateway { get; init; }

    public ExtensionNode? Extension { get; init; }
}

public sealed record GraphEdge
{
    public required string Id { get; init; }

    public required string Source { get; init; }

    public required string Target { get; init; }

    public required ProtocolTraffic Traffic { get; init; }

    public string? HealthStatus { get; init; }

    /// <summary>Share of mutual TLS in percent.</summary>
    public string? MutualTls { get; init; }

    /// <summary>Milliseconds.</summary>
    public string? ResponseTime { get; init; }

    /// <summary>Bytes per second.</summary>
    public string? Throughput { get; init; }

    public string? SourcePrincipal { get; init; }

    public string? DestinationPrincipal { get; init; }

    /// <summary>What the edge is to the waypoint at one of its ends; null without one.</summary>
    public WaypointDirection? Waypoint { get; init; }

    /// <summary>The edge back from the waypoint, shown as one with this and not among the graph's edges.</summary>
    public GraphEdge? Returning { get; init; }
}

/// <summary>Rates by name, as shown; and for edges how requests were answered. Zero rates are left out.</summary>
public sealed record ProtocolTraffic(Protocol Protocol, ImmutableArray<KeyValuePair<string, string>> Rates, ImmutableArray<ResponseShare> Responses);

/// <summary>Shares of one response code, in percent of all traffic of its edge.</summary>
public sealed record ResponseShare(
    string Code,
    ImmutableArray<KeyValuePair<string, string>> Flags,
    ImmutableArray<KeyValuePair<string, string>> Hosts);
