using System.Globalization;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Weft.Istio.Effective;
using Weft.Istio.Mesh;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Generation.Listeners;

/// <summary>
/// One listener per port for all HTTP services, and one per address and port for services whose protocol is TCP or unknown. A Sidecar may state ports and
/// addresses of its own; what it states is not joined by other services.
/// </summary>
internal sealed class OutboundListeners
{
    public const string AnyAddress = "0.0.0.0";
    private const string Loopback = "127.0.0.1";

    private readonly ProxyView _view;
    private readonly Dictionary<string, OutboundListener> _listeners = [];

    private OutboundListeners(ProxyView view) => _view = view;

    public static IEnumerable<Listener> Of(ProxyView view)
    {
        var listeners = new OutboundListeners(view);
        foreach (var egress in view.Sidecar.Egress)
        {
            listeners.Add(egress);
        }

        return listeners._listeners.Values.Select(listener => listener.Build()).Concat(view.HttpProxyPort > 0 ? [HttpProxy(view)] : []);
    }

    /// <summary>Takes requests with whole addresses, as clients that are told of a proxy send them.</summary>
    private static Listener HttpProxy(ProxyView view)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{Loopback}_{view.HttpProxyPort}");
        return new Listener
        {
            Name = name,
            Address = EnvoyShapes.SocketAddress(Loopback, view.HttpProxyPort),
            TrafficDirection = TrafficDirection.Outbound,
            ContinueOnListenerFiltersTimeout = true,
            ListenerFiltersTimeout = EnvoyShapes.Zero,
            MaxConnectionsToAcceptPerSocketEvent = 1,
            FilterChains = { new FilterChain { TransportSocketConnectTimeout = TimeSpan.FromSeconds(15).ToDuration(), Filters = { HttpConnectionManagers.HttpProxy(view, $"outbound_{name};") } } },
        };
    }

    private void Add(EgressListener egress)
    {
        var binds = _view.Node.BindsPorts || egress.IsUncaptured;
        var bind = egress.Bind.Length > 0 ? egress.Bind : binds ? Loopback : "";
        if (egress.Port is { } stated)
        {
            foreach (var service in egress.Services.Where(service => service.Resolution != ServiceResolution.Alias))
            {
                Add(service, new MeshServicePort(stated.Number, stated.Name, PortProtocols.Parse(stated.Protocol)), bind, binds, []);
            }

            return;
        }

        var locked = _listeners.Keys.ToHashSet();
        foreach (var service in egress.Services.Where(service => service.Resolution != ServiceResolution.Alias))
        {
            foreach (var port in service.Ports.Where(port => port.Protocol != PortProtocol.Udp))
            {
                Add(service, port, bind, binds, locked);
            }
        }
    }

    private void Add(MeshService service, MeshServicePort port, string bind, bool binds, HashSet<string> locked)
    {
        foreach (var (address, range) in bind.Length > 0 ? [(bind, null)] : Addresses(service, port))
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{address}_{port.Number}");
            if (locked.Contains(name))
            {
                continue;
            }

            if (!_listeners.TryGetValue(name, out var listener))
            {
                listener = new OutboundListener(_view, name, address, port.Number, binds);
                _listeners.Add(name, listener);
            }

            listener.Add(service, port, range);
        }
    }

    /// <summary>
    /// A headless service has no address of its own: its pods' addresses stand for it where HTTP does not name the host. A range of addresses is looked for
    /// at any address.
    /// </summary>
    private IEnumerable<(string Address, string? Range)> Addresses(MeshService service, MeshServicePort port)
    {
        if (port.Protocol.IsHttp())
        {
            return [(AnyAddress, null)];
        }

        if (service.Resolution == ServiceResolution.Passthrough && service.Addresses.Length == 0)
        {
            var instances = service.EndpointsOf(port).Select(endpoint => endpoint.Address).Distinct().ToList();
            if (instances.Count > 0 || service.IsHeadless || service.Selector.Count > 0)
            {
                return instances.Where(address => address != _view.Node.Address && System.Net.IPAddress.TryParse(address, out _)).Select(address => (address, (string?)null));
            }
        }

        return service.Addresses.Length == 0
            ? [(AnyAddress, null)]
            : (service.Registry == ServiceRegistry.Kubernetes ? service.Addresses.Take(1) : service.Addresses).Select(address => address.Contains('/') ? (AnyAddress, address) : (address, (string?)null));
    }
}
