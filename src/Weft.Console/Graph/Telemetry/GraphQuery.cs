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
}

/// <summary>One instant query of a graph: its text, the metric it counts, and the label it aggregates by, if any.</summary>
public sealed record GraphQuery(TelemetryKind Kind, string Metric, string Text, string? AggregateLabel);
