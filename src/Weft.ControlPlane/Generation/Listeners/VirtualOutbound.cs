using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Weft.Istio.Effective;

namespace Weft.ControlPlane.Generation.Listeners;

/// <summary>Where captured outbound connections arrive: they go on to the listener of their original destination, else outside or nowhere.</summary>
internal static class VirtualOutbound
{
    public const int Port = 15001;

    public static Listener Of(ProxyView view)
    {
        var listener = new Listener
        {
            Name = "virtualOutbound",
            Address = EnvoyShapes.SocketAddress("0.0.0.0", Port),
            TrafficDirection = TrafficDirection.Outbound,
            UseOriginalDst = true,
            MaxConnectionsToAcceptPerSocketEvent = 1,
            FilterChains = { Blackhole(view), CatchAll(view) },
        };
        listener.AccessLog.Add(AccessLogs.OfListener(view, TelemetryMode.Client));
        return listener;
    }

    /// <summary>Connections to the capture port itself would loop.</summary>
    private static FilterChain Blackhole(ProxyView view)
    {
        var chain = new FilterChain { Name = "virtualOutbound-blackhole", FilterChainMatch = new FilterChainMatch { DestinationPort = Port } };
        chain.Filters.Add(NetworkFilters.Stats(view, TelemetryMode.Client));
        chain.Filters.Add(NetworkFilters.Blackhole());
        return chain;
    }

    private static FilterChain CatchAll(ProxyView view)
    {
        var chain = new FilterChain { Name = "virtualOutbound-catchall-tcp" };
        chain.Filters.Add(NetworkFilters.Passthrough(view));
        return chain;
    }
}
