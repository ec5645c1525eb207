using System.Collections.Immutable;

namespace Weft.Console.Graph;

public enum GraphType
{
    Workload,
    App,
    Service,
    VersionedApp,
}

public enum HttpRate
{
    None,
    Requests,
}

public enum GrpcRate
{
    None,
    Received,
    Requests,
    Sent,
    Total,
}

public enum TcpRate
{
    None,
    Received,
    Sent,
    Total,
}

public enum AmbientTraffic
{
    None,
    Total,
    Waypoint,
    Ztunnel,
}

[Flags]
public enum BoxBy
{
    None = 0,
    App = 1,
    Cluster = 2,
    Namespace = 4,
}

/// <summary>Everything that decides what a traffic graph shows. Two equal option sets over the same telemetry give the same graph.</summary>
public sealed record GraphOptions
{
    public const string DefaultAggregate = "request_operation";

    public required ImmutableArray<string> Namespaces { get; init; }

    public required DateTimeOffset QueryTime { get; init; }

    public GraphType GraphType { get; init; } = GraphType.Workload;

    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Names of the wanted appenders; null means all.</summary>
    public ImmutableHashSet<string>? Appenders { get; init; }

    public BoxBy BoxBy { get; init; }

    public bool InjectServiceNodes { get; init; }

    public bool IncludeIdleEdges { get; init; }

    public HttpRate HttpRate { get; init; } = HttpRate.Requests;

    public GrpcRate GrpcRate { get; init; } = GrpcRate.Requests;

    public TcpRate TcpRate { get; init; } = TcpRate.Sent;

    public AmbientTraffic AmbientTraffic { get; init; } = AmbientTraffic.Total;

    /// <summary><c>avg</c> or the percentile 50, 95, 99.</summary>
    public string ResponseTime { get; init; } = "95";

    /// <summary>True for request bytes, false for response bytes.</summary>
    public bool RequestThroughput { get; init; }

    public string Aggregate { get; init; } = DefaultAggregate;

    public bool ShowWaypoints { get; init; } = true;

    /// <summary>Names of the extensions whose traffic is shown beside the mesh's.</summary>
    public ImmutableArray<string> Extensions { get; init; } = [];

    /// <summary>The one node whose neighbourhood is asked for; null for the graph of whole namespaces.</summary>
    public GraphFocus? Focus { get; init; }

    /// <summary>How soon the graph of "now" will be asked for again; null when it is of a fixed time or asked for once. Decides nothing of what is shown.</summary>
    public TimeSpan? Refresh { get; init; }

    public bool Wants(string appender) => Appenders is null || Appenders.Contains(appender);

    public bool HasRequestTraffic => HttpRate != HttpRate.None || GrpcRate == GrpcRate.Requests;
}

public enum FocusKind
{
    App,
    Service,
    Workload,
    Aggregate,
}

/// <summary>The node in the middle of a node graph.</summary>
public sealed record GraphFocus(FocusKind Kind, string Namespace, string Name)
{
    /// <summary>Version of an app node.</summary>
    public string? Version { get; init; }

    /// <summary>Value of the aggregate's label; <see cref="Name"/> is the label.</summary>
    public string? AggregateValue { get; init; }

    /// <summary>Service that limits an aggregate node.</summary>
    public string? Service { get; init; }

    public string? Cluster { get; init; }
}
