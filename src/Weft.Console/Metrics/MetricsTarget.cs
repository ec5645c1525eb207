using System.Collections.Immutable;

namespace Weft.Console.Metrics;

public enum TargetKind
{
    App,
    Workload,
    Service,
    Namespace,
    Aggregate,
}

/// <summary>Whose traffic metrics are of.</summary>
/// <param name="Name">Of the app, workload or service; of an aggregate the label's value; empty for a namespace.</param>
public sealed record MetricsTarget(TargetKind Kind, string Namespace, string Name)
{
    /// <summary>The label of an aggregate.</summary>
    public string AggregateLabel { get; init; } = "";

    /// <summary>Names under which a service's namespace may stand in the series: that of a host outside the mesh is often <c>unknown</c>.</summary>
    public ImmutableArray<string> ServiceNamespaces { get; init; } = [];
}
