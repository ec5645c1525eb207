using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Listener.HttpInspector.V3;
using Envoy.Extensions.Filters.Listener.OriginalDst.V3;
using Envoy.Extensions.Filters.Listener.TlsInspector.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.Istio.Effective;

namespace Weft.ControlPlane.Generation.Listeners;

/// <summary>Where inbound connections arrive: the capturing listener, with chains by destination port, protocol and mutual TLS mode, and ports that a Sidecar states to be bound.</summary>
internal static class InboundListener
{
    /// <summary>Of the capturing listener.</summary>
    public const string Name = "virtualInbound";

    public const int Port = 15006;
    private const string TlsInspectorName = "envoy.filters.listener.tls_inspector";
    private const string HttpInspectorName = "envoy.filters.listener.http_inspector";

    /// <summary>Bytes the inspector reads at first; a ClientHello with Istio's ALPN fits.</summary>
    private const uint InitialInspectionLength = 512;

    public static IEnumerable<Listener> Of(ProxyView view)
    {
        var ports = InboundChains.Of(view).ToList();
        foreach (var port in ports)
        {
            if (port.Bound is { } bound)
            {
                yield return Of(view, bound, port);
            }
        }

        if (!view.Node.BindsPorts)
        {
            yield return Capturing(view, [.. ports.Where(port => port.Bound is null)]);
        }
    }

    /// <summary>A port of a Sidecar's ingress that the proxy binds itself.</summary>
    private static Listener Of(ProxyView view, IngressPort bound, InboundPortChains port)
    {
        var listener = new Listener
        {
            Name = bound.ListenerName,
            Address = EnvoyShapes.SocketAddress(bound.Bind, bound.Number),
            TrafficDirection = TrafficDirection.Inbound,
            ContinueOnListenerFiltersTimeout = true,
            ListenerFiltersTimeout = (view.Mesh.ProtocolDetectionTimeout ?? TimeSpan.Zero).ToDuration(),
            MaxConnectionsToAcceptPerSocketEvent = 1,
            FilterChains = { port.Chains },
        };
        if (port.NeedsTlsInspection)
        {
            listener.ListenerFilters.Add(Inspector(TlsInspectorName, TlsInspectorConfig(), null));
        }

        if (port.NeedsHttpInspection)
        {
            listener.ListenerFilters.Add(Inspector(HttpInspectorName, new HttpInspector().Pack(), null));
        }

        listener.AccessLog.Add(AccessLogs.OfListener(view, TelemetryMode.Server));
        return listener;
    }

    private static Listener Capturing(ProxyView view, List<InboundPortChains> ports)
    {
        var listener = new Listener
        {
            Name = Name,
            Address = EnvoyShapes.SocketAddress(OutboundListeners.AnyAddress, Port),
            TrafficDirection = TrafficDirection.Inbound,
            ContinueOnListenerFiltersTimeout = true,
            ListenerFiltersTimeout = (view.Mesh.ProtocolDetectionTimeout ?? TimeSpan.Zero).ToDuration(),
            MaxConnectionsToAcceptPerSocketEvent = 1,
            FilterChains = { Blackhole(view) },
            ListenerFilters = { Inspector("envoy.filters.listener.original_dst", new OriginalDst().Pack(), null) },
        };
        listener.FilterChains.Add(ports.SelectMany(port => port.Chains));
        AddInspector(listener, ports, port => port.NeedsTlsInspection, TlsInspectorName, TlsInspectorConfig());
        AddInspector(listener, ports, port => port.NeedsHttpInspection, HttpInspectorName, new HttpInspector().Pack());
        listener.AccessLog.Add(AccessLogs.OfListener(view, TelemetryMode.Server));
        return listener;
    }

    /// <summary>Connections to the capture port itself would loop.</summary>
    private static FilterChain Blackhole(ProxyView view)
    {
        var chain = new FilterChain { Name = "virtualInbound-blackhole", FilterChainMatch = new FilterChainMatch { DestinationPort = Port } };
        chain.Filters.Add(NetworkFilters.MetadataExchange());
        chain.Filters.Add(NetworkFilters.Stats(view, TelemetryMode.Server));
        chain.Filters.Add(NetworkFilters.Blackhole());
        return chain;
    }

    /// <summary>Adds the inspector if any port needs it, switched off for those that do not.</summary>
    private static void AddInspector(Listener listener, List<InboundPortChains> ports, Func<InboundPortChains, bool> needs, string name, Any config)
    {
        if (!ports.Any(needs))
        {
            return;
        }

        var unknownPortsNeed = ports.Any(port => port.Port == 0 && needs(port));
        var exceptions = ports.Where(port => port.Port != 0 && needs(port) != unknownPortsNeed).Select(port => port.Port).Order();
        var disabled = unknownPortsNeed
            ? AnyOf([.. exceptions, Port])
            : new ListenerFilterChainMatchPredicate { NotMatch = AnyOf([.. exceptions]) };
        listener.ListenerFilters.Add(Inspector(name, config, disabled));
    }

    private static Any TlsInspectorConfig() => new TlsInspector { InitialReadBufferSize = InitialInspectionLength }.Pack();

    private static ListenerFilterChainMatchPredicate AnyOf(List<int> ports)
    {
        var ranges = ports.Select(port => new ListenerFilterChainMatchPredicate
        {
            DestinationPortRange = new Envoy.Type.V3.Int32Range { Start = port, End = port + 1 },
        }).ToList();
        return ranges.Count == 1
            ? ranges[0]
            : new ListenerFilterChainMatchPredicate { OrMatch = new ListenerFilterChainMatchPredicate.Types.MatchSet { Rules = { ranges } } };
    }

    private static ListenerFilter Inspector(string name, Any config, ListenerFilterChainMatchPredicate? disabled) =>
        new() { Name = name, TypedConfig = config, FilterDisabled = disabled };
}
