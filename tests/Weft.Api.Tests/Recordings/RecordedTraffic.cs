using System.Text.Json.Nodes;
using Weft.Observability.Metrics;

namespace Weft.Api.Recordings;

/// <summary>
/// The traffic of every scenario of the recordings, made of the list of edges as the recorded cluster's was: each counter is its rate
/// times the seconds since one moment. The samples themselves were recorded of the namespace bookinfo only. (The shares of one edge are not
/// 0.95 and 0.05 but a millionth beside: their rates lie between two numbers of three places, and Prometheus 3.5 came down on that side.)
/// </summary>
internal static class RecordedTraffic
{
    /// <summary>All counters were 0 then (Unix time in seconds).</summary>
    private const long Start = 1795233000;

    private const string Unknown = "unknown";

    private static readonly Lazy<IReadOnlyList<(LabelSet Labels, double Rate)>> Made = new(() => [.. Recording.Read("edges.json").AsArray().SelectMany(SeriesOf)]);

    private static readonly Lazy<IReadOnlyDictionary<string, Party>> Workloads = new(ReadWorkloads);

    /// <summary>Limits of buckets as Envoy has them, for bytes as for milliseconds.</summary>
    private static readonly (string Text, double Value)[] Limits =
    [
        .. new[] { "0.5", "1", "5", "10", "25", "50", "100", "250", "500", "1000", "2500", "5000", "10000", "30000", "60000", "300000", "600000" }
            .Select(limit => (limit, double.Parse(limit, System.Globalization.CultureInfo.InvariantCulture))),
        ("1.8e+06", 1.8e6), ("3.6e+06", 3.6e6), ("+Inf", double.PositiveInfinity),
    ];

    /// <summary>Every series of Istio's metrics, and by how much it grows in a second.</summary>
    public static IReadOnlyList<(LabelSet Labels, double Rate)> Series => Made.Value;

    /// <summary>What a counter of this rate shows, to six places as it was served.</summary>
    /// <param name="time">Unix time in milliseconds.</param>
    public static double At(double rate, long time) => Math.Round(rate * ((time / 1000) - Start), 6);

    private static IEnumerable<(LabelSet Labels, double Rate)> SeriesOf(JsonNode? edge) =>
        edge!["reporters"]!.AsArray().SelectMany(reporter => SeriesOf(edge, LabelsOf(edge, reporter!.GetValue<string>())));

    private static IEnumerable<(LabelSet Labels, double Rate)> SeriesOf(JsonNode edge, Dictionary<string, string> labels)
    {
        if (Text(edge, "kind") == "tcp")
        {
            labels["request_protocol"] = "tcp";
            labels["response_flags"] = Text(edge, "flags");
            return new[] { ("sent_bytes", "sentBytes"), ("received_bytes", "receivedBytes"), ("connections_opened", "connections"), ("connections_closed", "connections") }
                .Select(metric => (Named(labels, $"istio_tcp_{metric.Item1}_total"), Number(edge, metric.Item2)));
        }

        labels["request_protocol"] = Text(edge, "kind");
        return edge["codes"]!.AsArray().SelectMany(code => OfCode(edge, labels, code!)).Concat(Messages(edge, labels));
    }

    private static IEnumerable<(LabelSet Labels, double Rate)> OfCode(JsonNode edge, Dictionary<string, string> labels, JsonNode code)
    {
        var codes = code[0]!.GetValue<string>().Split('/');
        var own = new Dictionary<string, string>(labels) { ["response_code"] = codes[0], ["response_flags"] = code[2]!.GetValue<string>() };
        if (codes.Length > 1)
        {
            own["grpc_response_status"] = codes[1];
        }

        var rate = Number(edge, "rate") * code[1]!.GetValue<double>();
        return new[] { ("istio_request_duration_milliseconds", "medianMs"), ("istio_request_bytes", "medianRequestBytes"), ("istio_response_bytes", "medianResponseBytes") }
            .SelectMany(histogram => Histogram(own, histogram.Item1, rate, Number(edge, histogram.Item2)))
            .Prepend((Named(own, "istio_requests_total"), rate));
    }

    private static IEnumerable<(LabelSet Labels, double Rate)> Histogram(Dictionary<string, string> labels, string name, double rate, double median) =>
        Limits.Select(limit => (Named(new(labels) { ["le"] = limit.Text }, name + "_bucket"), rate * (1 - Math.Exp(-Math.Log(2) * limit.Value / median))))
            .Append((Named(labels, name + "_count"), rate))
            .Append((Named(labels, name + "_sum"), rate * median / Math.Log(2)));

    private static IEnumerable<(LabelSet Labels, double Rate)> Messages(JsonNode edge, Dictionary<string, string> labels) => edge["messages"] is not JsonArray messages
        ? []
        : [(Named(labels, "istio_request_messages_total"), messages[0]!.GetValue<double>()), (Named(labels, "istio_response_messages_total"), messages[1]!.GetValue<double>())];

    private static Dictionary<string, string> LabelsOf(JsonNode edge, string reporter)
    {
        var (source, destination) = (PartyOf(edge, "source"), PartyOf(edge, "dest"));
        var isSecured = edge["mtls"]!.GetValue<bool>();
        var reported = reporter == "source" ? source : destination;
        var labels = new Dictionary<string, string>
        {
            ["reporter"] = reporter,
            ["connection_security_policy"] = (reporter, isSecured) switch { ("source", _) => Unknown, (_, true) => "mutual_tls", _ => "none" },
            ["destination_service"] = Text(edge, "service"),
            ["app"] = reported.App,
            ["version"] = reported.Version,
            ["namespace"] = reported.Namespace,
            ["pod"] = reported.Name + "-pod",
            ["instance"] = reported.Name + ":15020",
            ["job"] = "kubernetes-pods",
        };
        var host = Text(edge, "service").Split('.');
        var isInMesh = host is [_, _, "svc", "cluster", "local"];
        labels["destination_service_name"] = edge["serviceName"]?.GetValue<string>() ?? (isInMesh ? host[0] : Text(edge, "service"));
        labels["destination_service_namespace"] = edge["serviceNamespace"]?.GetValue<string>() ?? (isInMesh ? host[1] : Unknown);
        source.Describe(labels, "source", isSecured);
        destination.Describe(labels, "destination", isSecured);
        return labels;
    }

    private static Party PartyOf(JsonNode edge, string end) => Workloads.Value.GetValueOrDefault(Text(edge, end)) ?? Party.None;

    private static Dictionary<string, Party> ReadWorkloads()
    {
        var cluster = Recording.Read("cluster.json.br");
        var parties = cluster["deployments.apps"]!.AsArray().Select(deployment => new Party(
            deployment!["metadata"]!["name"]!.GetValue<string>(),
            deployment["metadata"]!["namespace"]!.GetValue<string>(),
            deployment["spec"]!["template"]!["metadata"]!["labels"]!["app"]!.GetValue<string>(),
            deployment["spec"]!["template"]!["metadata"]!["labels"]!["version"]?.GetValue<string>() ?? Unknown,
            deployment["spec"]!["template"]!["spec"]!["serviceAccountName"]?.GetValue<string>() ?? "default"));
        // One has been deleted since, and one is a machine.
        return parties
            .Append(new Party("retired-v1", "bookinfo", "retired", "v1", "default"))
            .Append(new Party("ratings-vm", "bookinfo", "ratings", "vm", "bookinfo-ratings"))
            .ToDictionary(party => party.Name);
    }

    private static LabelSet Named(Dictionary<string, string> labels, string name) => LabelSet.From(labels.Append(KeyValuePair.Create("__name__", name)));

    private static string Text(JsonNode edge, string field) => edge[field]!.GetValue<string>();

    private static double Number(JsonNode edge, string field) => edge[field]!.GetValue<double>();

    /// <summary>One end of an edge.</summary>
    private sealed record Party(string Name, string Namespace, string App, string Version, string Account)
    {
        public static Party None { get; } = new(Unknown, Unknown, Unknown, Unknown, Unknown);

        public void Describe(Dictionary<string, string> labels, string side, bool isSecured)
        {
            labels[side + "_workload"] = Name;
            labels[side + "_workload_namespace"] = Namespace;
            labels[side + "_app"] = App;
            labels[side + "_version"] = Version;
            labels[side + "_canonical_service"] = App;
            labels[side + "_canonical_revision"] = Version == Unknown ? "latest" : Version;
            labels[side + "_cluster"] = this == None ? Unknown : "Kubernetes";
            labels[side + "_principal"] = isSecured ? $"spiffe://cluster.local/ns/{Namespace}/sa/{Account}" : Unknown;
        }
    }
}
