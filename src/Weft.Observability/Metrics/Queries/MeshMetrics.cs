namespace Weft.Observability.Metrics.Queries;

/// <summary>Names of the metrics that sidecars report (Istio's standard metrics).</summary>
public static class MeshMetrics
{
    public const string Requests = "istio_requests_total";
    public const string RequestDuration = "istio_request_duration_milliseconds";
    public const string RequestBytes = "istio_request_bytes";
    public const string ResponseBytes = "istio_response_bytes";
    public const string RequestMessages = "istio_request_messages_total";
    public const string ResponseMessages = "istio_response_messages_total";
    public const string TcpSentBytes = "istio_tcp_sent_bytes_total";
    public const string TcpReceivedBytes = "istio_tcp_received_bytes_total";
    public const string TcpConnectionsOpened = "istio_tcp_connections_opened_total";
    public const string TcpConnectionsClosed = "istio_tcp_connections_closed_total";

    /// <summary>The parts that a histogram is exposed in.</summary>
    public static string Buckets(string histogram) => histogram + "_bucket";

    public static string Sum(string histogram) => histogram + "_sum";

    public static string Count(string histogram) => histogram + "_count";
}
