using System.Collections.Immutable;
using Weft.Observability.Metrics.Queries;

namespace Weft.Console.Metrics;

/// <summary>A metric of traffic by Kiali's name, and what of Istio's it is made of.</summary>
/// <param name="IsHistogram">Shown as average and quantiles; otherwise as a rate.</param>
public sealed record MeshMetric(string Name, string Metric, bool IsHistogram)
{
    public const string RequestErrorCount = "request_error_count";

    /// <summary>All, in no meaningful order. Istio counts the bytes of TCP from the proxy's view: sent and received are the other way round for people.</summary>
    public static ImmutableArray<MeshMetric> All { get; } =
    [
        new("request_count", MeshMetrics.Requests, false),
        new(RequestErrorCount, MeshMetrics.Requests, false),
        new("request_duration_millis", MeshMetrics.RequestDuration, true),
        new("request_size", MeshMetrics.RequestBytes, true),
        new("response_size", MeshMetrics.ResponseBytes, true),
        new("request_throughput", MeshMetrics.Sum(MeshMetrics.RequestBytes), false),
        new("response_throughput", MeshMetrics.Sum(MeshMetrics.ResponseBytes), false),
        new("tcp_received", MeshMetrics.TcpSentBytes, false),
        new("tcp_sent", MeshMetrics.TcpReceivedBytes, false),
        new("tcp_opened", MeshMetrics.TcpConnectionsOpened, false),
        new("tcp_closed", MeshMetrics.TcpConnectionsClosed, false),
        new("grpc_received", MeshMetrics.ResponseMessages, false),
        new("grpc_sent", MeshMetrics.RequestMessages, false),
    ];
}
