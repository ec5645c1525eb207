using System.Collections.Immutable;
using Weft.Observability.Metrics;

namespace Weft.Console.Metrics;

/// <summary>One line of a chart. Points that are no number have been left out.</summary>
/// <param name="Stat"><c>avg</c> or a quantile, of histograms; otherwise null.</param>
public sealed record MetricSeries(string Name, string? Stat, LabelSet Labels, ImmutableArray<SamplePoint> Points);
