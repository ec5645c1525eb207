using Weft.Console.Graph.Model;
using Weft.Console.Graph.Telemetry;

namespace Weft.Console.Graph.Appenders;

/// <summary>Bytes per second of HTTP edges.</summary>
internal sealed class ThroughputAppender : IAppender
{
    public bool IsWanted(GraphOptions options) => options.Wants(AppenderNames.Throughput);

    public void Apply(GraphContext context)
    {
        // Windows of different length are asked apart and overlap where namespaces call each other.
        var seen = new HashSet<TrafficPeers>(context.DistinctSamplesOf(TelemetryKind.Throughput));
        foreach (var sample in context.SamplesOf(TelemetryKind.Throughput))
        {
            if (TrafficPeers.TryRead(sample, groupsByHost: true, out var peers)
                && seen.Add(peers)
                && TrafficRoute.Of(peers, context.Options, context.Mesh) is { } route
                && ResponseTimeAppender.LastHop(context.Map, route, Protocol.Http) is { } edge)
            {
                edge.Throughput += sample.Value;
            }
        }
    }
}
