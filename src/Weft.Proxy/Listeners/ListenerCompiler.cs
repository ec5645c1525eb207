using System.Collections.Immutable;
using System.Net;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Listener.ProxyProtocol.V3;
using Envoy.Type.V3;
using Weft.Proxy.AccessLog;
using Weft.Proxy.Filters.Network;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Listeners;

/// <summary>Compiles a Listener as istiod sends it.</summary>
internal static class ListenerCompiler
{
    private const string TlsInspector = "envoy.filters.listener.tls_inspector";
    private const string HttpInspector = "envoy.filters.listener.http_inspector";
    private static readonly TimeSpan DefaultInspectionTimeout = TimeSpan.FromSeconds(15);
    private const string OriginalDst = "envoy.filters.listener.original_dst";
    private const string ProxyProtocolName = "envoy.filters.listener.proxy_protocol";

    /// <param name="previous">Its chains that did not change are taken over, so that their connections stay; null for a new listener.</param>
    /// <exception cref="ResourceRejectedException">Anything in it that this proxy cannot do.</exception>
    public static ListenerModel Compile(Listener config, ListenerModel? previous)
    {
        var isOutbound = config.TrafficDirection != TrafficDirection.Inbound;
        if (config.AdditionalAddresses.Count > 0)
        {
            throw new ResourceRejectedException("additional_addresses are not supported");
        }

        FilterChainModel Chain(FilterChain chain) =>
            previous?.CompiledChains.FirstOrDefault(old => old.Config.Equals(chain)).Model ?? NetworkFilterCompiler.Compile(chain, isOutbound);

        var chains = config.FilterChains.Select(chain => (chain, Model: Chain(chain))).ToImmutableArray();
        var fallback = config.DefaultFilterChain is null ? null : Chain(config.DefaultFilterChain);
        return new ListenerModel
        {
            Name = config.Name,
            IsOutbound = isOutbound,
            Address = Address(config),
#pragma warning disable CS0612 // istiod still uses deprecated_v1 / bind_to_port
            BindToPort = config.BindToPort ?? true,
#pragma warning restore CS0612
            UseOriginalDestination = config.UseOriginalDst ?? false,
            Inspection = Inspection(config.ListenerFilters) with
            {
                Timeout = config.ListenerFiltersTimeout?.ToTimeSpan() ?? DefaultInspectionTimeout,
                ContinuesOnTimeout = config.ContinueOnListenerFiltersTimeout,
            },
            Chains = new FilterChainSet(chains.Select(chain => ((FilterChainMatch?)chain.chain.FilterChainMatch, chain.Model))),
            CompiledChains = fallback is null ? chains : chains.Add((config.DefaultFilterChain!, fallback)),
            DefaultChain = fallback,
            RouteNames = RouteNames(chains.Select(chain => (FilterChainModel?)chain.Model).Append(fallback)),
            AccessLogs = AccessLogCompiler.Compile(config.AccessLog),
            Config = config,
        };
    }

    private static IPEndPoint Address(Listener config)
    {
        var address = config.Address?.SocketAddress ?? throw new ResourceRejectedException("only socket addresses are supported");
        if (address.Protocol == Envoy.Config.Core.V3.SocketAddress.Types.Protocol.Udp)
        {
            throw new ResourceRejectedException("UDP listeners (QUIC) are not supported");
        }

        if (!IPAddress.TryParse(address.Address, out var ip) || address.PortValue > 65535)
        {
            throw new ResourceRejectedException($"invalid address {address.Address}:{address.PortValue}");
        }

        return new IPEndPoint(ip, (int)address.PortValue);
    }

    private static ImmutableArray<string> RouteNames(IEnumerable<FilterChainModel?> chains) =>
        [.. chains.Select(chain => chain?.Terminal).OfType<HttpConnectionManagerModel>().Select(manager => manager.RouteName).Where(name => name.Length > 0).Distinct()];

    private static ListenerInspection Inspection(IEnumerable<ListenerFilter> filters)
    {
        var inspection = new ListenerInspection(false, [], false, []);
        foreach (var filter in filters)
        {
            inspection = filter.Name switch
            {
                TlsInspector => inspection with { Tls = true, TlsDisabled = Ranges(filter.FilterDisabled) },
                HttpInspector => inspection with { Http = true, HttpDisabled = Ranges(filter.FilterDisabled) },
                OriginalDst => inspection,
                ProxyProtocolName => inspection with { ProxyProtocol = RuleOf(filter) },
                _ => throw new ResourceRejectedException($"listener filter {filter.Name} is not supported"),
            };
        }

        return inspection;
    }

    private static ProxyProtocolRule RuleOf(ListenerFilter filter)
    {
        var config = filter.TypedConfig?.Unpack<ProxyProtocol>() ?? new ProxyProtocol();
        return config.Rules.Count > 0 || config.DisallowedVersions.Count > 0
            ? throw new ResourceRejectedException("proxy_protocol rules and disallowed_versions are not supported")
            : config.AllowRequestsWithoutProxyProtocol ? ProxyProtocolRule.Optional : ProxyProtocolRule.Required;
    }

    private static ImmutableArray<PortRange> Ranges(ListenerFilterChainMatchPredicate? predicate) => predicate?.RuleCase switch
    {
        null or ListenerFilterChainMatchPredicate.RuleOneofCase.None => [],
        ListenerFilterChainMatchPredicate.RuleOneofCase.DestinationPortRange => [Range(predicate.DestinationPortRange)],
        ListenerFilterChainMatchPredicate.RuleOneofCase.OrMatch => [.. predicate.OrMatch.Rules.SelectMany(rule => Ranges(rule))],
        _ => throw new ResourceRejectedException($"listener filter predicate {predicate.RuleCase} is not supported"),
    };

    private static PortRange Range(Int32Range range) => new(range.Start, range.End);
}
