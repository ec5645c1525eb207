using Weft.Console.Graph.Model;
using Weft.Console.Graph.Telemetry;

namespace Weft.Console.Graph.Appenders;

/// <summary>Response times of edges. They do not add up, so of several series for one edge the first counts.</summary>
internal sealed class ResponseTimeAppender : IAppender
{
    public bool IsWanted(GraphOptions options) => options.Wants(AppenderNames.ResponseTime);

    public void Apply(GraphContext context)
    {
        foreach (var sample in context.SamplesOf(TelemetryKind.ResponseTime))
        {
            if (Protocols.Parse(sample[TelemetryLabel.RequestProtocol]) is { } protocol
                && IsCounted(context.Options, protocol)
                && TrafficPeers.TryRead(sample, groupsByHost: true, out var peers)
                && TrafficRoute.Of(peers, context.Options, context.Mesh) is { } route
                && LastHop(context.Map, route, protocol) is { } edge)
            {
                edge.ResponseTime ??= sample.Value;
            }
        }
    }

    /// <summary>An edge of messages is not one of requests.</summary>
    private static bool IsCounted(GraphOptions options, Protocol protocol) => protocol switch
    {
        Protocol.Http => options.HttpRate == HttpRate.Requests,
        Protocol.Grpc => options.GrpcRate == GrpcRate.Requests,
        _ => false,
    };

    /// <summary>The edge into the destination, after the injected service node if there is one.</summary>
    internal static TrafficEdge? LastHop(TrafficMap map, in TrafficRoute route, Protocol protocol) =>
        map.Find((route.Service ?? route.Source).Id)?.FindEdge(route.Destination.Id, protocol);
}
