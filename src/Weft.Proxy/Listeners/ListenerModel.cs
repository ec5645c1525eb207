using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using Weft.Proxy.Filters.Network;
using Weft.Proxy.Tls;

namespace Weft.Proxy.Listeners;

/// <summary>A Listener, resolved. Connections take it once, at accept.</summary>
internal sealed record ListenerModel
{
    public const string VirtualInboundName = "virtualInbound";

    public required string Name { get; init; }

    public required bool IsOutbound { get; init; }

    /// <summary>The address as configured; 0.0.0.0 stands for any.</summary>
    public required IPEndPoint Address { get; init; }

    public required bool BindToPort { get; init; }

    public required bool UseOriginalDestination { get; init; }

    public required ListenerInspection Inspection { get; init; }

    public required FilterChainSet Chains { get; init; }

    public required FilterChainModel? DefaultChain { get; init; }

    /// <summary>Names of the route configurations that must have arrived before this listener serves.</summary>
    public required ImmutableArray<string> RouteNames { get; init; }

    /// <summary>All chains, the default one included, as they were configured: an update takes those over that it does not change.</summary>
    public required ImmutableArray<(Envoy.Config.Listener.V3.FilterChain Config, FilterChainModel Model)> CompiledChains { get; init; }

    /// <summary>Names of the secrets that the control plane serves for its chains.</summary>
    public IEnumerable<string> ServedSecrets => CompiledChains.SelectMany(chain => chain.Model.Tls?.ServedSecrets ?? []);

    /// <summary>Whether it has a port of its own, rather than getting what the capturing listeners accept.</summary>
    public bool IsBound => BindToPort && !UseOriginalDestination && Name != VirtualInboundName;

    /// <summary>Whether connections of that chain are served as before (Envoy's in-place filter chain update).</summary>
    public bool Serves(TerminalFilterModel terminal)
    {
        foreach (var (_, chain) in CompiledChains)
        {
            if (ReferenceEquals(chain.Terminal, terminal))
            {
                return true;
            }
        }

        return false;
    }

    public required ImmutableArray<AccessLog.AccessLogModel> AccessLogs { get; init; }

    public required Envoy.Config.Listener.V3.Listener Config { get; init; }

    /// <summary>Every destination port that a filter chain names: an inbound sidecar binds these.</summary>
    public ImmutableArray<int> DestinationPorts => Chains.DestinationPorts;

    public FilterChainModel? Match(in ConnectionTraits traits) => Chains.Match(traits) ?? DefaultChain;
}

/// <summary>Which inspectors look at a connection, by destination port.</summary>
internal sealed record ListenerInspection(bool Tls, ImmutableArray<PortRange> TlsDisabled, bool Http, ImmutableArray<PortRange> HttpDisabled)
{
    /// <summary>How long the first bytes are waited for (listener_filters_timeout); zero waits for the first without end, and then some seconds for the rest.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>Whether a connection that said too little goes on without inspection (continue_on_listener_filters_timeout).</summary>
    public bool ContinuesOnTimeout { get; init; }

    /// <summary>Whether a load balancer tells of the client before anything else (proxy_protocol).</summary>
    public ProxyProtocolRule ProxyProtocol { get; init; }

    public bool InspectsTls(int port) => Tls && !TlsDisabled.Any(range => range.Contains(port));

    public bool InspectsHttp(int port) => Http && !HttpDisabled.Any(range => range.Contains(port));
}

/// <summary>Whether connections begin with the PROXY protocol's header.</summary>
internal enum ProxyProtocolRule
{
    None,
    Required,

    /// <summary>allow_requests_without_proxy_protocol</summary>
    Optional,
}

/// <summary>Start inclusive, end exclusive (envoy.type.v3.Int32Range).</summary>
internal readonly record struct PortRange(int Start, int End)
{
    public bool Contains(int port) => port >= Start && port < End;
}

/// <summary>A filter chain, resolved: transport and network filters in order, the last of which is terminal.</summary>
internal sealed record FilterChainModel
{
    public required string Name { get; init; }

    public required DownstreamTlsModel? Tls { get; init; }

    /// <summary>Whether peers exchange metadata on istio-peer-exchange (network filter istio.metadata_exchange).</summary>
    public required bool ExchangesPeerMetadata { get; init; }

    /// <summary>Null where no istio.stats filter stands.</summary>
    public required Filters.IstioStatsModel? TcpStats { get; init; }

    /// <summary>Network RBAC and ext_authz filters in order; all must let a connection pass.</summary>
    public required ImmutableArray<NetworkAccessFilter> AccessFilters { get; init; }

    public required TerminalFilterModel Terminal { get; init; }
}

/// <summary>All outbound and inbound listeners of one configuration.</summary>
internal sealed record ListenerSet
{
    public static ListenerSet Empty { get; } = new();

    public FrozenDictionary<string, ListenerModel> ByName { get; init; } = FrozenDictionary<string, ListenerModel>.Empty;

    public FrozenDictionary<IPEndPoint, ListenerModel> Outbound { get; init; } = FrozenDictionary<IPEndPoint, ListenerModel>.Empty;

    public ListenerModel? VirtualOutbound { get; init; }

    public ListenerModel? VirtualInbound { get; init; }

    /// <summary>Listeners with ports of their own (gateways, interception mode NONE, Sidecar listeners with bind), by address as configured.</summary>
    public FrozenDictionary<IPEndPoint, ListenerModel> Bound { get; init; } = FrozenDictionary<IPEndPoint, ListenerModel>.Empty;

    public static ListenerSet Of(IReadOnlyCollection<ListenerModel> listeners)
    {
        var unbound = listeners.Where(listener => listener.IsOutbound && !listener.UseOriginalDestination)
            .GroupBy(listener => listener.Address)
            .ToDictionary(group => group.Key, group => group.First());
        return new ListenerSet
        {
            ByName = listeners.ToFrozenDictionary(listener => listener.Name),
            Outbound = unbound.ToFrozenDictionary(),
            Bound = listeners.Where(listener => listener.IsBound).GroupBy(listener => listener.Address).ToFrozenDictionary(group => group.Key, group => group.First()),
            VirtualOutbound = listeners.FirstOrDefault(listener => listener.UseOriginalDestination),
            VirtualInbound = listeners.FirstOrDefault(listener => !listener.IsOutbound && listener.Name == ListenerModel.VirtualInboundName),
        };
    }

    /// <summary>Envoy's use_original_dst: the listener of exactly that address, else of any address on that port, else the capturing one.</summary>
    public ListenerModel? ForDestination(IPEndPoint destination)
    {
        if (Outbound.TryGetValue(destination, out var exact))
        {
            return exact;
        }

        return Outbound.TryGetValue(new IPEndPoint(IPAddress.Any, destination.Port), out var any) ? any : VirtualOutbound;
    }
}
