using Weft.Console.Graph.Model;

namespace Weft.Console.Graph.Telemetry;

/// <summary>Source and destination of one series, after the repairs that Istio's telemetry needs.</summary>
internal readonly record struct TrafficPeers
{
    private const string EgressGateway = "istio-egressgateway";

    public required string SourceCluster { get; init; }

    public required string SourceNamespace { get; init; }

    public required string SourceWorkload { get; init; }

    public required string SourceApp { get; init; }

    public required string SourceVersion { get; init; }

    public required string DestinationCluster { get; init; }

    public required string ServiceNamespace { get; init; }

    /// <summary>The requested host; empty where the query does not group by it.</summary>
    public required string Host { get; init; }

    public required string Service { get; init; }

    public required string WorkloadNamespace { get; init; }

    public required string Workload { get; init; }

    public required string App { get; init; }

    public required string Version { get; init; }

    /// <summary>Workloads and the service tell most series apart; hashing all labels would only cost.</summary>
    public override int GetHashCode() => HashCode.Combine(
        SourceNamespace.GetHashCode(StringComparison.Ordinal),
        SourceWorkload.GetHashCode(StringComparison.Ordinal),
        Service.GetHashCode(StringComparison.Ordinal),
        Workload.GetHashCode(StringComparison.Ordinal));

    /// <summary>False when a required label is missing or the telemetry is known to be broken; the series is then left out.</summary>
    public static bool TryRead(in TelemetrySample sample, bool groupsByHost, out TrafficPeers peers)
    {
        peers = default;
        if (sample[TelemetryLabel.SourceWorkloadNamespace] is not { } sourceNamespace
            || sample[TelemetryLabel.SourceWorkload] is not { } sourceWorkload
            || sample[TelemetryLabel.SourceCanonicalService] is not { } sourceApp
            || sample[TelemetryLabel.SourceCanonicalRevision] is not { } sourceVersion
            || sample[TelemetryLabel.DestinationServiceNamespace] is not { } serviceNamespace
            || sample[TelemetryLabel.DestinationServiceName] is not { } service
            || sample[TelemetryLabel.DestinationWorkloadNamespace] is not { } workloadNamespace
            || sample[TelemetryLabel.DestinationWorkload] is not { } workload
            || sample[TelemetryLabel.DestinationCanonicalService] is not { } app
            || sample[TelemetryLabel.DestinationCanonicalRevision] is not { } version)
        {
            return false;
        }

        var host = sample[TelemetryLabel.DestinationService];
        if (groupsByHost && host is null)
        {
            return false;
        }

        peers = new TrafficPeers
        {
            SourceCluster = sample[TelemetryLabel.SourceCluster] ?? NodeIdentity.Unknown,
            SourceNamespace = sourceNamespace,
            SourceWorkload = sourceWorkload,
            SourceApp = sourceApp,
            SourceVersion = sourceVersion,
            DestinationCluster = sample[TelemetryLabel.DestinationCluster] ?? NodeIdentity.Unknown,
            ServiceNamespace = serviceNamespace,
            Host = host ?? "",
            Service = service,
            WorkloadNamespace = workloadNamespace,
            Workload = workload,
            App = app,
            Version = version,
        };
        if (IsBadSource(sample, peers))
        {
            return false;
        }

        peers = Repaired(peers);
        return !IsBadDestination(sample, peers);
    }

    private static bool IsBadSource(in TelemetrySample sample, in TrafficPeers peers)
    {
        if (!NodeIdentity.IsKnown(peers.SourceNamespace))
        {
            return false;
        }

        var nameless = !NodeIdentity.IsKnown(peers.SourceWorkload) && !NodeIdentity.IsKnown(peers.SourceApp);
        var clusterless = sample[TelemetryLabel.SourceCluster] is { } cluster && !NodeIdentity.IsKnown(cluster);
        return nameless || clusterless;
    }

    private static TrafficPeers Repaired(in TrafficPeers peers)
    {
        const string EgressHost = EgressGateway + ".istio-system.svc.cluster.local";
        if (peers.Host == EgressHost && peers.Service == EgressHost)
        {
            return peers with
            {
                DestinationCluster = peers.SourceCluster,
                ServiceNamespace = "istio-system",
                Service = EgressGateway,
                WorkloadNamespace = "istio-system",
                Workload = EgressGateway,
                App = EgressGateway,
                Version = "latest",
            };
        }

        // Failed requests carry no destination cluster (istio/istio#29373): they were meant for the source's own.
        return !NodeIdentity.IsKnown(peers.DestinationCluster) && NodeIdentity.IsKnown(peers.ServiceNamespace)
            ? peers with { DestinationCluster = peers.SourceCluster }
            : peers;
    }

    private static bool IsBadDestination(in TelemetrySample sample, in TrafficPeers peers)
    {
        var byAddress = !NodeIdentity.IsKnown(peers.Workload)
            && peers.Host == peers.Service
            && NodeIdentity.IsKnown(peers.Service)
            && IsAddress(peers.Service);
        var clusterless = NodeIdentity.IsKnown(peers.ServiceNamespace)
            && sample[TelemetryLabel.DestinationCluster] is not null
            && !NodeIdentity.IsKnown(peers.DestinationCluster);
        return byAddress || clusterless;
    }

    /// <summary>Four groups of digits joined by dots, with an optional port.</summary>
    private static bool IsAddress(ReadOnlySpan<char> text)
    {
        if (text.LastIndexOf(':') is var colon and > 0)
        {
            if (!IsDigits(text[(colon + 1)..]))
            {
                return false;
            }

            text = text[..colon];
        }

        var groups = 0;
        foreach (var range in text.Split('.'))
        {
            groups++;
            if (!IsDigits(text[range]))
            {
                return false;
            }
        }

        return groups == 4;
    }

    private static bool IsDigits(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');
}
