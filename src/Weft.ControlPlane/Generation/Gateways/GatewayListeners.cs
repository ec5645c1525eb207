using System.Globalization;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Listener.ProxyProtocol.V3;
using Envoy.Extensions.Filters.Listener.TlsInspector.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.ControlPlane.Generation.Listeners;
using Weft.Istio.Effective;

namespace Weft.ControlPlane.Generation.Gateways;

/// <summary>The listeners of a gateway proxy: one for each port and address of the merged servers of its Gateways.</summary>
internal static class GatewayListeners
{
    private const int FirstUnprivilegedPort = 1024;

    /// <summary>Bytes the inspector reads at first; a ClientHello with Istio's ALPN fits.</summary>
    private const uint InitialInspectionLength = 512;

    private static readonly Duration s_handshakeLimit = TimeSpan.FromSeconds(15).ToDuration();

    public static IEnumerable<Listener> Of(ProxyView view)
    {
        var listeners = new Dictionary<string, Listener>();
        var chains = new GatewayChains(view);
        foreach (var port in view.Gateways.Ports.Where(port => !view.Node.IsUnprivileged || port.Number >= FirstUnprivilegedPort))
        {
            var name = NameOf(port);
            if (!listeners.TryGetValue(name, out var listener))
            {
                listener = Empty(view, name, AddressOf(port), port.Number);
                listeners.Add(name, listener);
            }

            listener.FilterChains.Add(chains.Of(port, name));
        }

        return listeners.Values.Where(listener => listener.FilterChains.Count > 0).Select(Complete);
    }

    /// <summary>The listener that the servers of a port share.</summary>
    public static string NameOf(GatewayPort port) => string.Create(CultureInfo.InvariantCulture, $"{AddressOf(port)}_{port.Number}");

    private static string AddressOf(GatewayPort port) => port.Bind.Length == 0 ? OutboundListeners.AnyAddress : port.Bind;

    private static Listener Empty(ProxyView view, string name, string address, int port)
    {
        var listener = new Listener
        {
            Name = name,
            Address = EnvoyShapes.SocketAddress(address, port),
            TrafficDirection = TrafficDirection.Outbound,
            MaxConnectionsToAcceptPerSocketEvent = 1,
        };
        if (view.Topology.TakesProxyProtocol)
        {
            // Before anything looks at what the client itself sends.
            listener.ListenerFilters.Add(new ListenerFilter { Name = "envoy.filters.listener.proxy_protocol", TypedConfig = new ProxyProtocol().Pack() });
        }

        listener.AccessLog.Add(AccessLogs.OfListener(view, TelemetryMode.Client));
        return listener;
    }

    private static Listener Complete(Listener listener)
    {
        if (listener.FilterChains.Any(chain => chain.TransportSocket is not null || chain.FilterChainMatch?.ServerNames.Count > 0))
        {
            listener.ListenerFilters.Add(TlsInspector());
        }

        foreach (var chain in listener.FilterChains)
        {
            chain.TransportSocketConnectTimeout = s_handshakeLimit;
        }

        return listener;
    }

    internal static ListenerFilter TlsInspector() => new()
    {
        Name = "envoy.filters.listener.tls_inspector",
        TypedConfig = new TlsInspector { InitialReadBufferSize = InitialInspectionLength }.Pack(),
    };
}
