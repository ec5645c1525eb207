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
    string SecurityPolicy);

/// <summary>The series of one label set of HTTP traffic.</summary>
internal sealed class RequestSeries(string labels)
{
    public string Labels { get; } = labels;

    public Counter Requests { get; } = new();

    public Histogram Duration { get; } = new();

    public Histogram RequestBytes { get; } = new();

    public Histogram ResponseBytes { get; } = new();

    public Counter RequestMessages { get; } = new();

    public Counter ResponseMessages { get; } = new();
}

/// <summary>The series of one label set of TCP traffic.</summary>
internal sealed class TcpSeries(string labels)
{
    public string Labels { get; } = labels;

    public Counter Opened { get; } = new();

    public Counter Closed { get; } = new();

    public Counter Sent { get; } = new();

    public Counter Received { get; } = new();
}

/// <summary>
/// Istio's standard metrics of one proxy (filter istio.stats). A label set is resolved once and then only looked up;
/// past <see cref="MaxSeries"/> label sets, new ones share one overflow series, so that hostile Host headers cannot fill the memory.
/// </summary>
internal sealed class IstioMetrics(WorkloadIdentity local)
{
    public const int MaxSeries = 20_000;

    private readonly ConcurrentDictionary<RequestSeriesKey, RequestSeries> _requests = new();
    private readonly ConcurrentDictionary<(TrafficParties Parties, string Flags), TcpSeries> _tcp = new();
    private readonly RequestSeries _requestOverflow = new("overflow=\"true\"");
    private readonly TcpSeries _tcpOverflow = new("overflow=\"true\"");

    public IEnumerable<RequestSeries> Requests => _requests.Values.Concat(_requestOverflow.Requests.Value > 0 ? [_requestOverflow] : []);

    public IEnumerable<TcpSeries> Tcp => _tcp.Values.Concat(_tcpOverflow.Opened.Value > 0 ? [_tcpOverflow] : []);

    public RequestSeries SeriesOf(in RequestSeriesKey key)
    {
        if (_requests.TryGetValue(key, out var series))
        {
            return series;
        }

        return _requests.Count >= MaxSeries ? _requestOverflow : _requests.GetOrAdd(key, new RequestSeries(Labels(key)));
    }

    public TcpSeries SeriesOf(in TrafficParties parties, string responseFlags)
    {
        if (_tcp.TryGetValue((parties, responseFlags), out var series))
        {
            return series;
        }

        return _tcp.Count >= MaxSeries ? _tcpOverflow : _tcp.GetOrAdd((parties, responseFlags), new TcpSeries(TcpLabels(parties, responseFlags)));
    }

    private string Labels(in RequestSeriesKey key)
    {
        var text = Common(key.Parties, key.Protocol);
        Append(text, "response_code", key.ResponseCode.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Append(text, "grpc_response_status", key.GrpcStatus);
        return Finish(text, key.Parties, key.ResponseFlags);
    }

    private string TcpLabels(in TrafficParties parties, string responseFlags) => Finish(Common(parties, "tcp"), parties, responseFlags);

    // The order is that of istio.stats' emission.
    private StringBuilder Common(in TrafficParties parties, string protocol)
    {
        var source = parties.IsSource ? local : parties.Peer;
        var destination = parties.IsSource ? parties.Peer : local;
        var text = new StringBuilder(1024);
        Append(text, "reporter", parties.IsSource ? "source" : "destination");
        Append(text, "source_workload", source.Workload);
        Append(text, "source_canonical_service", source.CanonicalName);
        Append(text, "source_canonical_revision", source.CanonicalRevision);
        Append(text, "source_workload_namespace", source.Namespace);
        Append(text, "source_principal", parties.SourcePrincipal);
        Append(text, "source_app", source.App);
        Append(text, "source_version", source.Version);
        Append(text, "source_cluster", source.Cluster);
        Append(text, "destination_workload", destination.Workload);
        Append(text, "destination_workload_namespace", destination.Namespace);
        Append(text, "destination_principal", parties.DestinationPrincipal);
        Append(text, "destination_app", destination.App);
        Append(text, "destination_version", destination.Version);
        Append(text, "destination_service", parties.DestinationService);
        Append(text, "destination_canonical_service", destination.CanonicalName);
        Append(text, "destination_canonical_revision", destination.CanonicalRevision);
        Append(text, "destination_service_name", parties.DestinationServiceName);
        Append(text, "destination_service_namespace", parties.DestinationServiceNamespace);
        Append(text, "destination_cluster", destination.Cluster);
        Append(text, "request_protocol", protocol);
        return text;
    }

    private static string Finish(StringBuilder text, in TrafficParties parties, string responseFlags)
    {
        Append(text, "response_flags", responseFlags);
        Append(text, "connection_security_policy", parties.SecurityPolicy);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string name, string value)
    {
        if (text.Length > 0)
        {
            text.Append(',');
        }

        text.Append(name).Append("=\"");
        PrometheusText.AppendEscaped(text, value);
        text.Append('"');
    }
}
