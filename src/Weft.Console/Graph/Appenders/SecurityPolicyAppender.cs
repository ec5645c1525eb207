using Weft.Console.Graph.Model;
using Weft.Console.Graph.Telemetry;

namespace Weft.Console.Graph.Appenders;

/// <summary>Share of mutual TLS on edges, and who the ends proved to be.</summary>
internal sealed class SecurityPolicyAppender : IAppender
{
    public bool IsWanted(GraphOptions options) => options.Wants(AppenderNames.SecurityPolicy);

    public void Apply(GraphContext context)
    {
        var seen = new HashSet<SeenSecurity>(context.DistinctSamplesOf(TelemetryKind.SecurityPolicy));
        foreach (var sample in context.SamplesOf(TelemetryKind.SecurityPolicy))
        {
            if (sample[TelemetryLabel.ConnectionSecurityPolicy] is { } policy
                && TrafficPeers.TryRead(sample, groupsByHost: false, out var peers)
                && seen.Add(new SeenSecurity(peers, policy, sample[TelemetryLabel.SourcePrincipal], sample[TelemetryLabel.DestinationPrincipal]))
                && TrafficRoute.Of(peers, context.Options, context.Mesh) is { } route)
            {
                Mark(context.Map, route, sample, policy);
            }
        }

        // HBONE is mutual TLS, also where only the plaintext inside is reported.
        foreach (var edge in context.Map.Edges.Where(edge => (edge.Source.Marks | edge.Target.Marks).HasFlag(NodeMarks.Waypoint)))
        {
            edge.SecuredRate = edge.MutualTlsRate = 1;
        }
    }

    private static void Mark(TrafficMap map, in TrafficRoute route, in TelemetrySample sample, string policy)
    {
        if (route.Service is not { } service)
        {
            Mark(map, route.Source.Id, route.Destination.Id, sample, policy);
            return;
        }

        Mark(map, route.Source.Id, service.Id, sample, policy);
        Mark(map, service.Id, route.Destination.Id, sample, policy);
    }

    private static void Mark(TrafficMap map, in NodeId source, in NodeId target, in TelemetrySample sample, string policy)
    {
        if (map.Find(source) is not { } node)
        {
            return;
        }

        for (var protocol = Protocol.Http; protocol <= Protocol.Tcp; protocol++)
        {
            if (node.FindEdge(target, protocol) is { } edge)
            {
                edge.SecuredRate += sample.Value;
                edge.MutualTlsRate += policy == "mutual_tls" ? sample.Value : 0;
                edge.SourcePrincipal ??= sample[TelemetryLabel.SourcePrincipal];
                edge.DestinationPrincipal ??= sample[TelemetryLabel.DestinationPrincipal];
            }
        }
    }

    private readonly record struct SeenSecurity(TrafficPeers Peers, string Policy, string? SourcePrincipal, string? DestinationPrincipal)
    {
        /// <summary>Principals are long, and the same for the same peers.</summary>
        public override int GetHashCode() => Peers.GetHashCode();
    }
}
