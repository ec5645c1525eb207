namespace Weft.Console.Graph.Telemetry;

public enum TelemetryKind
{
    Requests,
    GrpcMessages,
    Tcp,
    ResponseTime,
    SecurityPolicy,
    Throughput,
    Aggregate,
    Extension,
}

/// <summary>One instant query of a graph: its text, the metric it counts, and the label it aggregates by, if any.</summary>
public sealed record GraphQuery(TelemetryKind Kind, string Metric, string Text, string? AggregateLabel)
{
    /// <summary>The extension whose traffic is asked for; null when it is the mesh's own.</summary>
    public string? Extension { get; init; }

    /// <summary>Its answer makes nodes and edges; that of another query only adds to them.</summary>
    public bool IsOfTraffic => Kind is TelemetryKind.Requests or TelemetryKind.GrpcMessages or TelemetryKind.Tcp;

    /// <summary>Sent after all others, and only about services of which they leave something open (<see cref="GraphQueryPlan.Narrowed"/>).</summary>
    public bool FillsGaps { get; init; }
}
