using System.Collections.Immutable;
using Weft.Observability.Metrics;
using Weft.Observability.Metrics.Queries;

namespace Weft.Console.Health;

/// <summary>
/// Request rates of every app, workload and service of the mesh in one window. Inbound counts, per code, the larger of what callers and
/// receivers report; outbound what callers report. Filled by one owner, then only read.
/// </summary>
internal sealed class RateLedger(string cluster)
{
    private const string Unknown = "unknown";

    private readonly Dictionary<ObjectKey, Tally> _apps = [];
    private readonly Dictionary<ObjectKey, Tally> _workloads = [];
    private readonly Dictionary<ObjectKey, Tally> _services = [];

    /// <summary>The labels that a vector must be grouped by.</summary>
    public static ImmutableArray<string> Labels { get; } =
    [
        MeshLabels.Reporter,
        MeshLabels.SourceCluster, MeshLabels.SourceWorkloadNamespace, MeshLabels.SourceWorkload, MeshLabels.SourceCanonicalService,
        MeshLabels.DestinationCluster, MeshLabels.DestinationServiceNamespace, MeshLabels.DestinationServiceName,
        MeshLabels.DestinationWorkloadNamespace, MeshLabels.DestinationWorkload, MeshLabels.DestinationCanonicalService,
        MeshLabels.RequestProtocol, MeshLabels.ResponseCode, MeshLabels.GrpcResponseStatus,
    ];

    /// <summary>Adds a vector; only what belongs to the namespaces when these are given.</summary>
    public void Add(ImmutableArray<VectorSample> vector, Func<string, bool> isWanted)
    {
        foreach (var sample in vector)
        {
            Add(sample.Labels, sample.Value, isWanted);
        }
    }

    public RequestRates OfApp(string @namespace, string app, ImmutableSortedDictionary<string, string> annotations) => Rates(_apps, new(@namespace, app), annotations);

    public RequestRates OfWorkload(string @namespace, string workload, ImmutableSortedDictionary<string, string> annotations) =>
        Rates(_workloads, new(@namespace, workload), annotations);

    public RequestRates OfService(string @namespace, string service, ImmutableSortedDictionary<string, string> annotations) =>
        Rates(_services, new(@namespace, service), annotations);

    /// <summary>A host outside the mesh: its series name either the namespace of its ServiceEntry or none.</summary>
    public RequestRates OfHost(string @namespace, string host) =>
        Rates(_services, new(_services.ContainsKey(new(@namespace, host)) ? @namespace : Unknown, host), ImmutableSortedDictionary<string, string>.Empty);

    private static RequestRates Rates(Dictionary<ObjectKey, Tally> tallies, ObjectKey key, ImmutableSortedDictionary<string, string> annotations)
    {
        var rates = new RequestRates { HealthAnnotations = annotations };
        if (tallies.TryGetValue(key, out var tally))
        {
            tally.WriteTo(rates);
        }

        return rates;
    }

    private void Add(LabelSet labels, double rate, Func<string, bool> isWanted)
    {
        var protocol = labels[MeshLabels.RequestProtocol];
        var series = new Series(protocol, CodeOf(labels, protocol), labels[MeshLabels.Reporter], rate);
        var destinationCluster = labels[MeshLabels.DestinationCluster];
        var destination = labels[MeshLabels.DestinationWorkloadNamespace];
        if (destinationCluster == cluster && isWanted(destination))
        {
            Of(_workloads, destination, labels[MeshLabels.DestinationWorkload]).AddInbound(series);
            Of(_apps, destination, labels[MeshLabels.DestinationCanonicalService]).AddInbound(series);
        }

        var service = labels[MeshLabels.DestinationServiceNamespace];
        if ((destinationCluster == cluster || destinationCluster is Unknown or "") && isWanted(service))
        {
            Of(_services, service, labels[MeshLabels.DestinationServiceName]).AddInbound(series);
        }

        var source = labels[MeshLabels.SourceWorkloadNamespace];
        if (series.IsOfSource && labels[MeshLabels.SourceCluster] == cluster && isWanted(source))
        {
            Of(_workloads, source, labels[MeshLabels.SourceWorkload]).AddOutbound(series);
            Of(_apps, source, labels[MeshLabels.SourceCanonicalService]).AddOutbound(series);
        }
    }

    /// <summary>A gRPC call is judged by its status; no answer at all is "-".</summary>
    private static string CodeOf(LabelSet labels, string protocol)
    {
        var status = labels[MeshLabels.GrpcResponseStatus];
        var code = protocol == "grpc" && status.Length > 0 ? status : labels[MeshLabels.ResponseCode];
        return code == "0" && protocol != "grpc" ? "-" : code;
    }

    private static Tally Of(Dictionary<ObjectKey, Tally> tallies, string @namespace, string name)
    {
        var key = new ObjectKey(@namespace, name);
        if (!tallies.TryGetValue(key, out var tally))
        {
            tallies[key] = tally = new Tally();
        }

        return tally;
    }

    private readonly record struct ObjectKey(string Namespace, string Name);

    private readonly record struct Series(string Protocol, string Code, string Reporter, double Rate)
    {
        public bool IsOfSource => Reporter == "source";
    }

    private sealed class Tally
    {
        private readonly DirectionRates _bySource = new();
        private readonly DirectionRates _byDestination = new();
        private readonly DirectionRates _outbound = new();

        public void AddInbound(Series series) => (series.IsOfSource ? _bySource : _byDestination).Add(series.Protocol, series.Code, series.Rate);

        public void AddOutbound(Series series) => _outbound.Add(series.Protocol, series.Code, series.Rate);

        public void WriteTo(RequestRates rates)
        {
            foreach (var (protocol, code) in Codes(_bySource).Union(Codes(_byDestination)))
            {
                rates.Inbound.Add(protocol, code, Math.Max(Rate(_bySource, protocol, code), Rate(_byDestination, protocol, code)));
            }

            foreach (var (protocol, code) in Codes(_outbound))
            {
                rates.Outbound.Add(protocol, code, Rate(_outbound, protocol, code));
            }
        }

        private static IEnumerable<(string Protocol, string Code)> Codes(DirectionRates rates) =>
            rates.Protocols.SelectMany(protocol => protocol.Value.Rates.Keys.Select(code => (protocol.Key, code)));

        private static double Rate(DirectionRates rates, string protocol, string code) =>
            rates.Protocols.TryGetValue(protocol, out var codes) ? codes.Rates.GetValueOrDefault(code) : 0;
    }
}
