using System.Globalization;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Listener.HttpInspector.V3;
using Envoy.Extensions.Filters.Listener.TlsInspector.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.Istio.Mesh;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Generation.Listeners;

/// <summary>
/// An outbound listener while services join it. The first service that claims a condition keeps it: a later chain with the same match could never be chosen.
/// </summary>
/// <param name="bindsPort">It is a port of its own, reached directly; else connections come from the capturing listener.</param>
internal sealed class OutboundListener(ProxyView view, string name, string address, int port, bool bindsPort)
{
    /// <summary>Bytes the inspector reads at first; a ClientHello with Istio's ALPN fits.</summary>
    private const uint InitialInspectionLength = 512;

    private static readonly string[] s_plaintextHttp = ["http/1.1", "h2c"];
    private static readonly Duration s_handshakeLimit = TimeSpan.FromSeconds(15).ToDuration();

    private readonly List<FilterChain> _tcp = [];
    private readonly List<string> _dynamicHosts = [];
    private (PortProtocol Protocol, string RouteConfigName)? _http;

    /// <param name="range">The service's address range, when this listener is for any address; else null.</param>
    public void Add(MeshService service, MeshServicePort servicePort, string? range)
    {
        if (servicePort.Protocol.IsHttp())
        {
            _http ??= (servicePort.Protocol, RouteConfigName());
            if (service.Resolution == ServiceResolution.DynamicDns)
            {
                _dynamicHosts.Add(service.Host);
            }

            return;
        }

        if (servicePort.Protocol == PortProtocol.Unknown)
        {
            if (_http is not null)
            {
                // Detection has one answer for a port: who came first.
                return;
            }

            // At an address of its own the service has routes of its own; at any address they are the port's.
            _http = (servicePort.Protocol, address == OutboundListeners.AnyAddress ? RouteConfigName() : string.Create(CultureInfo.InvariantCulture, $"{service.Host}:{port}"));
        }

        var sharesAddress = address == OutboundListeners.AnyAddress && service.Addresses.Length == 0;
        foreach (var chain in TcpChains.Of(view, service, servicePort, range, sharesAddress))
        {
            if (!_tcp.Exists(known => Equals(known.FilterChainMatch, chain.FilterChainMatch)))
            {
                chain.TransportSocketConnectTimeout = s_handshakeLimit;
                _tcp.Add(chain);
            }
        }
    }

    public Listener Build()
    {
        var listener = new Listener
        {
            Name = name,
            Address = EnvoyShapes.AddressOf(address, port),
            TrafficDirection = TrafficDirection.Outbound,
            ContinueOnListenerFiltersTimeout = true,
            ListenerFiltersTimeout = EnvoyShapes.Zero,
        };
        if (bindsPort)
        {
            listener.MaxConnectionsToAcceptPerSocketEvent = 1;
        }
        else
        {
            listener.BindToPort = false;
        }

        AddChains(listener);
        AddInspectors(listener);
        return listener;
    }

    /// <summary>What decides for every connection is the default chain when others come before it; what none takes goes on as if there was no listener.</summary>
    private void AddChains(Listener listener)
    {
        var chains = _http is { } http ? [.. _tcp, Http(http.Protocol, http.RouteConfigName)] : _tcp;
        foreach (var chain in chains)
        {
            if (chain.FilterChainMatch is null && chains.Count > 1)
            {
                listener.DefaultFilterChain = chain;
            }
            else
            {
                listener.FilterChains.Add(chain);
            }
        }

        if (listener.DefaultFilterChain is null && listener.FilterChains.All(chain => chain.FilterChainMatch is not null))
        {
            listener.DefaultFilterChain = Passthrough();
        }
    }

    private void AddInspectors(Listener listener)
    {
        if (listener.FilterChains.Any(chain => chain.FilterChainMatch?.ServerNames.Count > 0))
        {
            listener.ListenerFilters.Add(new ListenerFilter
            {
                Name = "envoy.filters.listener.tls_inspector",
                TypedConfig = new TlsInspector { InitialReadBufferSize = InitialInspectionLength }.Pack(),
            });
        }

        if (listener.FilterChains.Any(chain => chain.FilterChainMatch?.ApplicationProtocols.Count > 0))
        {
            listener.ListenerFilters.Add(new ListenerFilter { Name = "envoy.filters.listener.http_inspector", TypedConfig = new HttpInspector().Pack() });
            listener.ListenerFiltersTimeout = (view.Mesh.ProtocolDetectionTimeout ?? TimeSpan.Zero).ToDuration();
        }
    }

    private FilterChain Http(PortProtocol protocol, string routeConfigName)
    {
        var chain = new FilterChain
        {
            TransportSocketConnectTimeout = s_handshakeLimit,
            Filters = { HttpConnectionManagers.Outbound(view, $"outbound_{name};", routeConfigName, protocol, _dynamicHosts) },
        };
        // What is at any address may be a connection to somebody else; at an address of its own it is for this service, or for a proxy.
        if (protocol == PortProtocol.Unknown || (address == OutboundListeners.AnyAddress && protocol != PortProtocol.HttpProxy))
        {
            chain.FilterChainMatch = new FilterChainMatch { TransportProtocol = "raw_buffer", ApplicationProtocols = { s_plaintextHttp } };
        }

        return chain;
    }

    /// <summary>By the port, or by the path of a socket.</summary>
    private string RouteConfigName() => port == 0 ? address : string.Create(CultureInfo.InvariantCulture, $"{port}");

    private FilterChain Passthrough()
    {
        var chain = new FilterChain { Name = "PassthroughFilterChain", FilterChainMatch = new FilterChainMatch() };
        chain.Filters.Add(NetworkFilters.Passthrough(view));
        return chain;
    }
}
