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

    private readonly List<Chain> _chains = [];
    private readonly List<string> _dynamicHosts = [];

    /// <summary>What the port speaks so far: the protocol of its first service, unknown once it is detected; null before the first.</summary>
    private PortProtocol? _protocol;

    /// <param name="range">The service's address range, when this listener is for any address; else null.</param>
    public void Add(MeshService service, MeshServicePort servicePort, string? range)
    {
        var protocol = servicePort.Protocol;
        if (protocol.IsHttp() && service.Resolution == ServiceResolution.DynamicDns)
        {
            _dynamicHosts.Add(service.Host);
        }

        switch (protocol)
        {
            case PortProtocol.HttpProxy:
                Replace(protocol, [Http(service, protocol)]);
                break;
            case PortProtocol.Unknown when _protocol is null || (_protocol is { } known && known.IsHttp()):
                Replace(protocol, [.. Tcp(service, servicePort, range), Http(service, protocol)]);
                break;
            case PortProtocol.Unknown when _protocol is { } known && known.IsTcp():
                Join(protocol, [.. Tcp(service, servicePort, range), Http(service, protocol)]);
                break;
            case PortProtocol.Unknown:
                // Detection has one answer for a port: who came first.
                break;
            case var _ when protocol.IsHttp() && _protocol is null:
                // What is at any address may be something else than HTTP, so that it is detected.
                Replace(IsAtAnyAddress ? PortProtocol.Unknown : protocol, [Http(service, protocol)]);
                break;
            case var _ when protocol.IsHttp() && _protocol is { } known && known.IsTcp():
                Join(protocol, [Http(service, protocol)]);
                break;
            case var _ when protocol.IsHttp():
                // Hosts are told apart by routes.
                break;
            default:
                Join(protocol, Tcp(service, servicePort, range));
                break;
        }
    }

    private bool IsAtAnyAddress => address == OutboundListeners.AnyAddress;

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

    private void Replace(PortProtocol protocol, IEnumerable<Chain> chains)
    {
        _chains.Clear();
        _chains.AddRange(chains);
        _protocol = protocol;
    }

    /// <summary>
    /// Chains for what no earlier chain takes. Where HTTP and TCP meet it is detected which one is spoken; not where the server speaks first, whose port has that protocol alone.
    /// </summary>
    private void Join(PortProtocol protocol, IEnumerable<Chain> chains)
    {
        if (_protocol is { } known && known != protocol && (SpeaksFirst(known) || SpeaksFirst(protocol)))
        {
            return;
        }

        foreach (var chain in chains)
        {
            if (!_chains.Exists(earlier => Equals(earlier.Match, chain.Match)))
            {
                _chains.Add(chain);
            }
        }

        _protocol = _protocol switch
        {
            null => protocol,
            { } present when present.IsTcp() && protocol.IsTcp() => present,
            _ => PortProtocol.Unknown,
        };
    }

    private static bool SpeaksFirst(PortProtocol protocol) => protocol is PortProtocol.Mongo or PortProtocol.MySql;

    private IEnumerable<Chain> Tcp(MeshService service, MeshServicePort servicePort, string? range)
    {
        var sharesAddress = IsAtAnyAddress && service.Addresses.Length == 0;
        foreach (var chain in TcpChains.Of(view, service, servicePort, range, sharesAddress))
        {
            chain.TransportSocketConnectTimeout = s_handshakeLimit;
            yield return new Chain(chain.FilterChainMatch, () => chain);
        }
    }

    /// <summary>At an address of its own a service whose protocol is detected has routes of its own; at any address they are the port's.</summary>
    private Chain Http(MeshService service, PortProtocol protocol)
    {
        var routes = protocol == PortProtocol.Unknown && !IsAtAnyAddress ? string.Create(CultureInfo.InvariantCulture, $"{service.Host}:{port}") : RouteConfigName();
        // What is at any address may be a connection to somebody else; at an address of its own it is for this service, or for a proxy.
        var isDetected = protocol == PortProtocol.Unknown || (IsAtAnyAddress && protocol != PortProtocol.HttpProxy);
        var match = isDetected ? new FilterChainMatch { TransportProtocol = "raw_buffer", ApplicationProtocols = { s_plaintextHttp } } : null;
        return new Chain(match, () => new FilterChain
        {
            FilterChainMatch = match,
            TransportSocketConnectTimeout = s_handshakeLimit,
            Filters = { HttpConnectionManagers.Outbound(view, $"outbound_{name};", routes, protocol, _dynamicHosts) },
        });
    }

    /// <summary>What decides for every connection is the default chain when others come before it; what none takes goes on as if there was no listener.</summary>
    private void AddChains(Listener listener)
    {
        foreach (var chain in _chains.Select(chain => chain.Make()))
        {
            if (chain.FilterChainMatch is null && _chains.Count > 1)
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

    /// <summary>By the port, or by the path of a socket.</summary>
    private string RouteConfigName() => port == 0 ? address : string.Create(CultureInfo.InvariantCulture, $"{port}");

    private FilterChain Passthrough()
    {
        var chain = new FilterChain { Name = "PassthroughFilterChain", FilterChainMatch = new FilterChainMatch() };
        chain.Filters.Add(NetworkFilters.Passthrough(view));
        return chain;
    }

    /// <param name="Make">Once all services have joined: what resolves the hosts of requests has to know them all.</param>
    private sealed record Chain(FilterChainMatch? Match, Func<FilterChain> Make);
}
