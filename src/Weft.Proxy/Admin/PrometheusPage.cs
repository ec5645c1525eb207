using System.Text;
using Weft.Proxy.Stats;

namespace Weft.Proxy.Admin;

/// <summary>The page /stats/prometheus: Istio's standard metrics and the proxy's own.</summary>
internal static class PrometheusPage
{
    public static string Render(ProxyContext proxy)
    {
        var text = new StringBuilder(64 * 1024);
        AppendOwn(text, proxy);
        AppendRequests(text, [.. proxy.Metrics.Requests], proxy.Metrics.Overridden);
        AppendMessages(text, [.. proxy.Metrics.Messages], proxy.Metrics.Overridden);
        AppendTcp(text, [.. proxy.Metrics.Tcp], proxy.Metrics.Overridden);
        return text.ToString();
    }

    private static void AppendRequests(StringBuilder text, IReadOnlyCollection<RequestSeries> all, OverriddenMetrics overridden)
    {
        Requests("requests_total", "Requests by this proxy.", series => series.Requests);
        Durations("request_duration_milliseconds", "Duration of requests.", series => series.Duration);
        Durations("request_bytes", "Size of requests.", series => series.RequestBytes);
        Durations("response_bytes", "Size of responses.", series => series.ResponseBytes);

        void Requests(string name, string help, Func<RequestSeries, Counter> value) =>
            Counters(text, "istio_" + name, help, [.. all.Select(series => (series.Labels, value(series))), .. overridden.Counters(name)], series => (series.Item1, series.Item2.Value));

        void Durations(string name, string help, Func<RequestSeries, Histogram> value) =>
            Histograms(text, "istio_" + name, help, [.. all.Select(series => (series.Labels, value(series))), .. overridden.Histograms(name)], series => series);
    }

    private static void AppendMessages(StringBuilder text, IReadOnlyCollection<MessageSeries> all, OverriddenMetrics overridden)
    {
        Messages("request_messages_total", "gRPC messages sent by clients.", series => series.Requests);
        Messages("response_messages_total", "gRPC messages sent by servers.", series => series.Responses);

        void Messages(string name, string help, Func<MessageSeries, Counter> value) =>
            Counters(text, "istio_" + name, help, [.. all.Select(series => (series.Labels, value(series))), .. overridden.Counters(name)], series => (series.Item1, series.Item2.Value));
    }

    private static void AppendTcp(StringBuilder text, IReadOnlyCollection<TcpSeries> all, OverriddenMetrics overridden)
    {
        Bytes("tcp_connections_opened_total", "TCP connections opened.", series => series.Opened);
        Bytes("tcp_connections_closed_total", "TCP connections closed.", series => series.Closed);
        Bytes("tcp_sent_bytes_total", "Bytes sent to clients.", series => series.Sent);
        Bytes("tcp_received_bytes_total", "Bytes received from clients.", series => series.Received);

        void Bytes(string name, string help, Func<TcpSeries, Counter> value) =>
            Counters(text, "istio_" + name, help, [.. all.Select(series => (series.Labels, value(series))), .. overridden.Counters(name)], series => (series.Item1, series.Item2.Value));
    }

    private static void AppendOwn(StringBuilder text, ProxyContext proxy)
    {
        PrometheusText.AppendFamily(text, "istio_build", "gauge", "Version of the proxy.");
        var tag = new StringBuilder();
        PrometheusText.AppendEscaped(tag, proxy.Node.IstioVersion);
        PrometheusText.AppendSample(text, "istio_build", $"component=\"proxy\",tag=\"{tag}\"", 1);
        foreach (var metric in proxy.Stats.Rbac.Series.GroupBy(series => series.Key.Metric).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            Counters(text, metric.Key, "Decisions of authorization.", [.. metric], series => (series.Key.Labels, series.Value.Value));
        }

        foreach (var (name, type, help, value) in OwnStats.Of(proxy))
        {
            PrometheusText.AppendFamily(text, name, type, help);
            text.Append(name).Append("{} ").Append(value).Append('\n');
        }
    }

    private static void Counters<T>(StringBuilder text, string name, string help, IReadOnlyCollection<T> all, Func<T, (string Labels, long Value)> sample)
    {
        if (all.Count == 0)
        {
            return;
        }

        PrometheusText.AppendFamily(text, name, "counter", help);
        foreach (var (labels, value) in all.Select(sample))
        {
            PrometheusText.AppendSample(text, name, labels, value);
        }
    }

    private static void Histograms<T>(StringBuilder text, string name, string help, IReadOnlyCollection<T> all, Func<T, (string Labels, Histogram Value)> sample)
    {
        if (all.Count == 0)
        {
            return;
        }

        PrometheusText.AppendFamily(text, name, "histogram", help);
        foreach (var (labels, histogram) in all.Select(sample))
        {
            PrometheusText.AppendHistogram(text, name, labels, histogram);
        }
    }
}

/// <summary>Envoy's own statistics that a sidecar keeps by default, by their Prometheus names.</summary>
internal static class OwnStats
{
    public static IEnumerable<(string Name, string Type, string Help, long Value)> Of(ProxyContext proxy)
    {
        var stats = proxy.Stats;
        var config = proxy.Config.Current;
        return
        [
            ("envoy_server_live", "gauge", "1 while the server is live.", stats.IsLive ? 1 : 0),
            ("envoy_cluster_manager_active_clusters", "gauge", "Clusters in force.", config.Clusters.Count),
            ("envoy_listener_manager_total_listeners_active", "gauge", "Listeners in force.", config.Listeners.ByName.Count),
            ("envoy_listener_manager_listener_modified", "counter", "Configurations applied.", stats.ListenerUpdates.Value),
            ("envoy_cluster_manager_cds_update_success", "counter", "Updates of the control plane that were accepted.", stats.UpdateSuccesses.Value),
            ("envoy_cluster_manager_cds_update_rejected", "counter", "Updates of the control plane that were rejected.", stats.UpdateRejections.Value),
            ("envoy_cluster_manager_cds_update_failure", "counter", "Streams to the control plane that were lost.", stats.DiscoveryConnectFailures.Value),
            ("envoy_listener_downstream_cx_total", "counter", "Connections accepted.", stats.ConnectionsAccepted.Value),
            ("envoy_listener_downstream_cx_active", "gauge", "Connections open.", stats.ConnectionsAccepted.Value - stats.ConnectionsClosed.Value),
            ("envoy_listener_no_filter_chain_match", "counter", "Connections that matched no filter chain.", stats.NoFilterChainMatch.Value),
            ("envoy_listener_ssl_connection_error", "counter", "Handshakes that failed.", stats.TlsHandshakeFailures.Value),
            ("envoy_tracing_spans_sent", "counter", "Spans that collectors took.", stats.SpansSent.Value),
            ("envoy_tracing_spans_dropped", "counter", "Spans that were lost.", stats.SpansDropped.Value),
            ("envoy_access_logs_grpc_access_log_logs_written", "counter", "Access log entries sent to Envoy's access log services.", stats.GrpcLogs.Written.Value),
            ("envoy_access_logs_grpc_access_log_logs_dropped", "counter", "Access log entries for these that were lost.", stats.GrpcLogs.Dropped.Value),
            ("envoy_access_logs_open_telemetry_access_log_logs_written", "counter", "Access log entries that OTLP services took.", stats.OtlpLogs.Written.Value),
            ("envoy_access_logs_open_telemetry_access_log_logs_dropped", "counter", "Access log entries for these that were lost.", stats.OtlpLogs.Dropped.Value),
            ("envoy_cluster_retry_or_shadow_abandoned", "counter", "Mirrored requests that were not sent.", stats.MirrorsAbandoned.Value),
            ("weft_proxy_malformed_captures", "counter", "Connections to the outbound port whose destination could not be read.", stats.MalformedCaptures.Value),
        ];
    }
}
