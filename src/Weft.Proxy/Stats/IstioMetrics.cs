using System.Collections.Concurrent;
using System.Text;

namespace Weft.Proxy.Stats;

/// <summary>What distinguishes one set of request series from another. Compared by value.</summary>
internal readonly record struct RequestSeriesKey(
    TrafficParties Parties, string Protocol, int ResponseCode, string GrpcStatus, string ResponseFlags);

/// <summary>Who talks to whom: everything in the labels that does not change from request to request of a connection pair.</summary>
internal readonly record struct TrafficParties(
    bool IsSource,
    WorkloadIdentity Peer,
    string SourcePrincipal,
    string DestinationPrincipal,
    string DestinationService,
    string DestinationServiceName,
    string DestinationServiceNamespace,
    string SecurityPolicy)
{
    // Of what differs most; equality asks for the rest.
    public override int GetHashCode() => HashCode.Combine(IsSource, Peer, DestinationService);
}

/// <summary>The series of one label set of HTTP traffic.</summary>
internal sealed class RequestSeries
{
    /// <param name="bounds">Of the buckets of a metric.</param>
    public RequestSeries(string labels, Func<string, HistogramBounds> bounds)
    {
        Labels = labels;
        Duration = new Histogram(bounds("request_duration_milliseconds"));
        RequestBytes = new Histogram(bounds("request_bytes"));
        ResponseBytes = new Histogram(bounds("response_bytes"));
    }

    /// <summary>Series of labels that were overridden, each metric with its own.</summary>
    public RequestSeries(OverriddenMetrics metrics, Func<string, IReadOnlyList<(string Name, string Value)>?> labels)
    {
        Labels = "";
        Requests = metrics.Counter("requests_total", labels("requests_total"));
        Duration = metrics.Histogram("request_duration_milliseconds", labels("request_duration_milliseconds"));
        RequestBytes = metrics.Histogram("request_bytes", labels("request_bytes"));
        ResponseBytes = metrics.Histogram("response_bytes", labels("response_bytes"));
    }

    public string Labels { get; }

    public Counter Requests { get; } = new();

    public Histogram Duration { get; }

    public Histogram RequestBytes { get; }

    public Histogram ResponseBytes { get; }
}

/// <summary>The series of one label set of gRPC messages. They are told while a stream goes on: what is known of its end only is not among the labels.</summary>
internal sealed class MessageSeries
{
    public MessageSeries(string labels) => Labels = labels;

    /// <inheritdoc cref="RequestSeries(OverriddenMetrics, Func{string, IReadOnlyList{ValueTuple{string, string}}})"/>
    public MessageSeries(OverriddenMetrics metrics, Func<string, IReadOnlyList<(string Name, string Value)>?> labels)
    {
        Labels = "";
        Requests = metrics.Counter("request_messages_total", labels("request_messages_total"));
        Responses = metrics.Counter("response_messages_total", labels("response_messages_total"));
    }

    public string Labels { get; }

    public Counter Requests { get; } = new();

    public Counter Responses { get; } = new();
}

/// <summary>The series of one label set of TCP traffic.</summary>
internal sealed class TcpSeries
{
    public TcpSeries(string labels) => Labels = labels;

    /// <inheritdoc cref="RequestSeries(OverriddenMetrics, Func{string, IReadOnlyList{ValueTuple{string, string}}})"/>
    public TcpSeries(OverriddenMetrics metrics, Func<string, IReadOnlyList<(string Name, string Value)>?> labels)
    {
        Labels = "";
        Opened = metrics.Counter("tcp_connections_opened_total", labels("tcp_connections_opened_total"));
        Closed = metrics.Counter("tcp_connections_closed_total", labels("tcp_connections_closed_total"));
        Sent = metrics.Counter("tcp_sent_bytes_total", labels("tcp_sent_bytes_total"));
        Received = metrics.Counter("tcp_received_bytes_total", labels("tcp_received_bytes_total"));
    }

    public string Labels { get; }

    public Counter Opened { get; } = new();

    public Counter Closed { get; } = new();

    public Counter Sent { get; } = new();

    public Counter Received { get; } = new();
}

/// <summary>
/// Istio's standard metrics of one proxy (filter istio.stats). A label set is resolved once and then only looked up;
/// past <see cref="MaxSeries"/> label sets, new ones share one overflow series, so that hostile Host headers cannot fill the memory.
/// </summary>
/// <param name="bounds">Of the buckets of a metric.</param>
internal sealed class IstioMetrics(WorkloadIdentity local, Func<string, HistogramBounds> bounds)
{
    public const int MaxSeries = 20_000;

    private readonly ConcurrentDictionary<RequestSeriesKey, RequestSeries> _requests = new();
    private readonly ConcurrentDictionary<(TrafficParties Parties, string Flags), TcpSeries> _tcp = new();
    private readonly ConcurrentDictionary<(MetricRules Rules, RequestSeriesKey Key, string Values), RequestSeries> _overriddenRequests = new();
    private readonly ConcurrentDictionary<TrafficParties, MessageSeries> _messages = new();
    private readonly MessageSeries _messageOverflow = new("overflow=\"true\"");
    private readonly RequestSeries _requestOverflow = new("overflow=\"true\"", bounds);
    private readonly TcpSeries _tcpOverflow = new("overflow=\"true\"");

    public IEnumerable<RequestSeries> Requests => _requests.Values.Concat(_requestOverflow.Requests.Value > 0 ? [_requestOverflow] : []);

    public IEnumerable<MessageSeries> Messages => _messages.Values.Concat(_messageOverflow.Requests.Value + _messageOverflow.Responses.Value > 0 ? [_messageOverflow] : []);

    public IEnumerable<TcpSeries> Tcp => _tcp.Values.Concat(_tcpOverflow.Opened.Value > 0 ? [_tcpOverflow] : []);

    /// <summary>Series with labels of their own.</summary>
    public OverriddenMetrics Overridden { get; } = new(bounds);

    public RequestSeries SeriesOf(in RequestSeriesKey key)
    {
        if (_requests.TryGetValue(key, out var series))
        {
            return series;
        }

        return _requests.Count >= MaxSeries ? _requestOverflow : _requests.GetOrAdd(key, new RequestSeries(Text(Labels(key)), bounds));
    }

    /// <summary>The series of a request where labels are overridden.</summary>
    public RequestSeries SeriesOf(in RequestSeriesKey key, MetricRules rules, string[] values)
    {
        var whole = (rules, key, string.Join('\n', values));
        if (_overriddenRequests.TryGetValue(whole, out var series))
        {
            return series;
        }

        if (_overriddenRequests.Count >= MaxSeries)
        {
            return _requestOverflow;
        }

        var labels = Labels(key);
        return _overriddenRequests.GetOrAdd(whole, new RequestSeries(Overridden, metric => rules.Apply(metric, labels, values)));
    }

    public MessageSeries MessagesOf(in TrafficParties parties)
    {
        if (_messages.TryGetValue(parties, out var series))
        {
            return series;
        }

        return _messages.Count >= MaxSeries ? _messageOverflow : _messages.GetOrAdd(parties, new MessageSeries(Text(Common(parties))));
    }

    /// <summary>The series of a stream's messages where labels are overridden.</summary>
    public MessageSeries MessagesOf(in TrafficParties parties, MetricRules rules, string[] values)
    {
        var labels = Common(parties);
        return new MessageSeries(Overridden, metric => rules.Apply(metric, labels, values));
    }

    public TcpSeries SeriesOf(in TrafficParties parties, string responseFlags)
    {
        if (_tcp.TryGetValue((parties, responseFlags), out var series))
        {
            return series;
        }

        return _tcp.Count >= MaxSeries ? _tcpOverflow : _tcp.GetOrAdd((parties, responseFlags), new TcpSeries(Text(TcpLabels(parties, responseFlags))));
    }

    /// <summary>The series of a connection where labels are overridden.</summary>
    public TcpSeries SeriesOf(in TrafficParties parties, string responseFlags, MetricRules rules, string[] values)
    {
        var labels = TcpLabels(parties, responseFlags);
        return new TcpSeries(Overridden, metric => rules.Apply(metric, labels, values));
    }

    private List<(string Name, string Value)> Labels(in RequestSeriesKey key)
    {
        List<(string Name, string Value)> labels = [.. Common(key.Parties), ("request_protocol", key.Protocol)];
        labels.Add(("response_code", key.ResponseCode.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        labels.Add(("grpc_response_status", key.GrpcStatus));
        return Finish(labels, key.Parties, key.ResponseFlags);
    }

    private List<(string Name, string Value)> TcpLabels(in TrafficParties parties, string responseFlags) => Finish([.. Common(parties), ("request_protocol", "tcp")], parties, responseFlags);

    // The order is that of istio.stats' emission.
    private List<(string Name, string Value)> Common(in TrafficParties parties)
    {
        var source = parties.IsSource ? local : parties.Peer;
        var destination = parties.IsSource ? parties.Peer : local;
        return
        [
            ("reporter", parties.IsSource ? "source" : "destination"),
            ("source_workload", source.Workload),
            ("source_canonical_service", source.CanonicalName),
            ("source_canonical_revision", source.CanonicalRevision),
            ("source_workload_namespace", source.Namespace),
            ("source_principal", parties.SourcePrincipal),
            ("source_app", source.App),
            ("source_version", source.Version),
            ("source_cluster", source.Cluster),
            ("destination_workload", destination.Workload),
            ("destination_workload_namespace", destination.Namespace),
            ("destination_principal", parties.DestinationPrincipal),
            ("destination_app", destination.App),
            ("destination_version", destination.Version),
            ("destination_service", parties.DestinationService),
            ("destination_canonical_service", destination.CanonicalName),
            ("destination_canonical_revision", destination.CanonicalRevision),
            ("destination_service_name", parties.DestinationServiceName),
            ("destination_service_namespace", parties.DestinationServiceNamespace),
            ("destination_cluster", destination.Cluster),
        ];
    }

    private static List<(string Name, string Value)> Finish(List<(string Name, string Value)> labels, in TrafficParties parties, string responseFlags)
    {
        labels.Add(("response_flags", responseFlags));
        labels.Add(("connection_security_policy", parties.SecurityPolicy));
        return labels;
    }

    private static string Text(List<(string Name, string Value)> labels)
    {
        var text = new StringBuilder(1024);
        foreach (var (name, value) in labels)
        {
            PrometheusText.AppendLabel(text, name, value);
        }

        return text.ToString();
    }
}
