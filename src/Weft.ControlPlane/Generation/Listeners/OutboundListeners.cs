using System.Globalization;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Listener.HttpInspector.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.Istio.Mesh;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Generation.Listeners;

/// <summary>One listener per port for all HTTP services, and one per address and port for services whose protocol is TCP or unknown.</summary>
internal static class OutboundListeners
{
    public const string AnyAddress = "0.0.0.0";
    private static readonly string[] s_plaintextHttp = ["http/1.1", "h2c"];
    private static readonly Duration s_handshakeLimit = TimeSpan.FromSeconds(15).ToDuration();

    public static IEnumerable<Listener> Of(ProxyView view)
    {
        var listeners = new Dictionary<string, Listener>();
        foreach (var service in view.Services.Where(service => service.Resolution != ServiceResolution.Alias))
        {
            foreach (var port in service.Ports.Where(port => port.Protocol != PortProtocol.Udp))
            {
                foreach (var address in BindAddresses(service, port))
                {
                    // The first service to claim an address and port keeps it.
                    var name = string.Create(CultureInfo.InvariantCulture, $"{address}_{port.Number}");
                    if (!listeners.ContainsKey(name))
                    {
                        listeners[name] = Listener(view, service, port, address, name);
                    }
                }
            }
        }

        return listeners.Values;
    }

    /// <summary>A headless service has no address of its own: its pods' addresses stand for it where HTTP does not name the host.</summary>
    private static IEnumerable<string> BindAddresses(MeshService service, MeshServicePort port)
    {
        if (port.Protocol.IsHttp())
        {
            return [AnyAddress];
        }

        if (service.IsHeadless)
        {
            return service.EndpointsOf(port).Select(endpoint => endpoint.Address).Distinct();
        }

        return service.Addresses.Length == 0 ? [AnyAddress] : service.Addresses.Take(1);
    }

    private static Listener Listener(ProxyView view, MeshService service, MeshServicePort port, string address, string name)
    {
        var listener = new Listener
        {
            Name = name,
            Address = EnvoyShapes.SocketAddress(address, port.Number),
            BindToPort = false,
            TrafficDirection = TrafficDirection.Outbound,
            ContinueOnListenerFiltersTimeout = true,
            ListenerFiltersTimeout = (view.Mesh.ProtocolDetectionTimeout ?? TimeSpan.Zero).ToDuration(),
        };
        if (port.Protocol.IsHttp())
        {
            AddHttp(listener, view, string.Create(CultureInfo.InvariantCulture, $"{port.Number}"));
            listener.DefaultFilterChain = Passthrough(view);
        }
        else if (port.Protocol == PortProtocol.Unknown)
        {
            AddHttp(listener, view, string.Create(CultureInfo.InvariantCulture, $"{service.Host}:{port.Number}"));
            foreach (var chain in TcpChains.Of(view, service, port))
            {
                chain.TransportSocketConnectTimeout = s_handshakeLimit;
                if (chain.FilterChainMatch is null)
                {
                    listener.DefaultFilterChain = chain;
                }
                else
                {
                    listener.FilterChains.Add(chain);
                }
            }
        }
        else
        {
            AddTcp(listener, view, service, port);
        }

        return listener;
    }

    private static void AddHttp(Listener listener, ProxyView view, string routeConfigName)
    {
        listener.ListenerFilters.Add(HttpInspector());
        listener.FilterChains.Add(new FilterChain
        {
            FilterChainMatch = new FilterChainMatch { TransportProtocol = "raw_buffer", ApplicationProtocols = { s_plaintextHttp } },
            TransportSocketConnectTimeout = s_handshakeLimit,
            Filters = { HttpConnectionManagers.Outbound(view, $"outbound_{listener.Name};", routeConfigName) },
        });
    }

    private static FilterChain Passthrough(ProxyView view)
    {
        var chain = new FilterChain { Name = "PassthroughFilterChain", FilterChainMatch = new FilterChainMatch() };
        chain.Filters.Add(NetworkFilters.Stats(view, inbound: false));
        chain.Filters.Add(NetworkFilters.TcpProxy(view, view.PassthroughTarget, view.PassthroughTarget));
        return chain;
    }

    /// <summary>What decides for every address is the default chain when others come before it.</summary>
    private static void AddTcp(Listener listener, ProxyView view, MeshService service, MeshServicePort port)
    {
        var chains = TcpChains.Of(view, service, port);
        foreach (var chain in chains)
        {
            chain.TransportSocketConnectTimeout = s_handshakeLimit;
            if (chain.FilterChainMatch is null && chains.Count > 1)
            {
                listener.DefaultFilterChain = chain;
            }
            else
            {
                listener.FilterChains.Add(chain);
            }
        }
    }

    private static ListenerFilter HttpInspector() => new()
    {
        Name = "envoy.filters.listener.http_inspector",
        TypedConfig = new HttpInspector().Pack(),
    };
}
