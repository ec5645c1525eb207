using System.Collections.Immutable;
using Weft.Observability.Metrics;
using Weft.Observability.Metrics.Queries;

namespace Weft.Console.Metrics;

/// <summary>Statistics of response times that are asked for: of a target, of the traffic with a peer when there is one.</summary>
public sealed record StatsQuery
{
    public required MetricsTarget Target { get; init; }

    public MetricsTarget? Peer { get; init; }

    public required TrafficDirection Direction { get; init; }

    public required TimeSpan Interval { get; init; }

    public required DateTimeOffset At { get; init; }

    public bool Average { get; init; }

    public ImmutableArray<string> Quantiles { get; init; } = [];

    public ImmutableArray<string> Reporters { get; init; } = [];
}

/// <summary>Response times of one query, in milliseconds, by <c>avg</c> or quantile; a statistic without traffic is not there.</summary>
public sealed class ResponseTimeStats(MetricsService metrics, string cluster)
{
    public async Task<ImmutableArray<(string Name, double Value)>> ReadAsync(StatsQuery query, CancellationToken cancellationToken)
    {
        var options = new MetricsOptions
        {
            Range = new QueryRange(query.At, query.At, TimeSpan.FromSeconds(1)),
            RateInterval = query.Interval,
            Direction = query.Direction,
            Reporters = query.Reporters,
        };
        var asked = query.Quantiles
            .Select(quantile => (Name: quantile, Query: TrafficQueries.Quantile(quantile, MeshMetrics.RequestDuration, Select, options)))
            .ToList();
        if (query.Average)
        {
            asked.Add(("avg", TrafficQueries.Average(MeshMetrics.RequestDuration, Select, options)));
        }

        var answers = await Task.WhenAll(asked.Select(one => metrics.ReadInstantAsync(one.Query, query.At, cancellationToken))).ConfigureAwait(false);
        return [.. asked.Zip(answers).Where(pair => pair.Second.Any(IsNumber)).Select(pair => (pair.First.Name, pair.Second.First(IsNumber).Value))];

        MetricSelector Select(string metric)
        {
            var selector = TrafficQueries.Select(metric, query.Target, cluster, options);
            return query.Peer is { } peer ? TrafficQueries.Labelled(selector, peer, Opposite(query.Direction)) : selector;
        }
    }

    private static bool IsNumber(VectorSample sample) => !double.IsNaN(sample.Value);

    private static TrafficDirection Opposite(TrafficDirection direction) => direction == TrafficDirection.Inbound ? TrafficDirection.Outbound : TrafficDirection.Inbound;
}
