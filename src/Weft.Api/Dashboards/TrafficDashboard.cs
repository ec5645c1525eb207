using System.Collections.Immutable;
using Weft.Api.Metrics;
using Weft.Console.Metrics;

namespace Weft.Api.Dashboards;

/// <summary>The dashboard of an app's, workload's or service's traffic: Kiali's twelve charts and what they can be grouped by.</summary>
internal static class TrafficDashboard
{
    private const double BitsOfBytes = 8;
    private const double SecondsOfMilliseconds = 0.001;

    private static readonly ImmutableArray<(string Metric, string Name, string Unit, double Scale)> Charts =
    [
        ("request_count", "Request volume", "ops", 1),
        ("request_duration_millis", "Request duration", "seconds", SecondsOfMilliseconds),
        ("request_size", "Request size", "bytes", 1),
        ("response_size", "Response size", "bytes", 1),
        ("request_throughput", "Request throughput", "bitrate", BitsOfBytes),
        ("response_throughput", "Response throughput", "bitrate", BitsOfBytes),
        ("grpc_received", "gRPC received", "msgrate", 1),
        ("grpc_sent", "gRPC sent", "msgrate", 1),
        ("tcp_opened", "TCP opened", "connrate", 1),
        ("tcp_closed", "TCP closed", "connrate", 1),
        ("tcp_received", "TCP received", "bitrate", 1),
        ("tcp_sent", "TCP sent", "bitrate", 1),
    ];

    private static readonly AggregationDto[] CommonAggregations =
    [
        new("response_code", "Response code", false),
        new("grpc_response_status", "GRPC status", false),
        new("response_flags", "Response flags", false),
        new("connection_security_policy", "Connection Security Policy", false),
    ];

    /// <summary>The metrics that the charts need.</summary>
    public static ImmutableHashSet<string> Metrics { get; } = [.. Charts.Select(chart => chart.Metric)];

    public static DashboardDto Of(SortedDictionary<string, ImmutableArray<MetricSeries>> metrics, TrafficDirection direction) => new()
    {
        Name = "",
        Title = direction == TrafficDirection.Inbound ? "Inbound Metrics" : "Outbound Metrics",
        Charts =
        [
            .. Charts.Select(chart => new ChartDto
            {
                Name = chart.Name,
                Unit = chart.Unit,
                Spans = 3,
                Metrics = [.. metrics.GetValueOrDefault(chart.Metric, []).Select(series => SeriesDto.Of(series, chart.Scale))],
            }),
        ],
        Aggregations = [.. Peers(direction), .. CommonAggregations],
        ExternalLinks = null,
        Rows = 3,
    };

    private static IEnumerable<AggregationDto> Peers(TrafficDirection direction)
    {
        var (local, remote) = direction == TrafficDirection.Inbound ? ("destination", "source") : ("source", "destination");
        yield return new($"{local}_canonical_revision", "Local version", false);
        yield return new($"{remote}_workload_namespace", "Remote namespace", false);
        if (direction == TrafficDirection.Outbound)
        {
            yield return new("destination_service_name", "Remote service", false);
        }

        yield return new($"{remote}_canonical_service", "Remote app", false);
        yield return new($"{remote}_canonical_revision", "Remote version", false);
    }
}
