using System.Collections.Immutable;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Weft.Proxy.AccessLog;
using Weft.Proxy.Filters.Http;
using Weft.Proxy.Formatting;
using Weft.Proxy.Listeners;
using Weft.Proxy.Routing;
using Weft.Proxy.Subscriptions;
using Weft.Proxy.Tls;
using Weft.Proxy.Tracing;

namespace Weft.Proxy.Filters.Network;

/// <summary>Compiles a filter chain: transport socket, metadata exchange, statistics, terminal filter.</summary>
internal static class NetworkFilterCompiler
{
    private static readonly TimeSpan DefaultTcpIdleTimeout = TimeSpan.FromHours(1);

    /// <exception cref="ResourceRejectedException">A filter that this proxy does not have, or no terminal filter at the end.</exception>
    public static FilterChainModel Compile(FilterChain chain, bool isOutbound)
    {
        var exchanges = false;
        IstioStatsModel? stats = null;
        var access = ImmutableArray.CreateBuilder<NetworkAccessFilter>();
        foreach (var filter in chain.Filters.SkipLast(1))
        {
            switch (filter.Name)
            {
                case "istio.metadata_exchange":
                    exchanges = true;
                    break;
                case "envoy.filters.network.mongo_proxy":
                    // It only counts; the bytes are the next filter's.
                    break;
                case "envoy.extensions.filters.network.sni_dynamic_forward_proxy":
                    // The destination was resolved from the name when the client was captured.
                    break;
                case "istio.stats":
                    stats = IstioStatsCompiler.Compile(filter.TypedConfig);
                    break;
                case NetworkRbacFilter.Name or NetworkExtAuthzFilter.Name:
                    access.Add(Access(filter));
                    break;
                default:
                    throw new ResourceRejectedException($"network filter {filter.Name} ({filter.TypedConfig?.TypeUrl}) is not supported");
            }
        }

        return new FilterChainModel
        {
            Name = chain.Name,
            Tls = TlsCompiler.Downstream(chain.TransportSocket),
            ExchangesPeerMetadata = exchanges,
            TcpStats = stats,
            AccessFilters = access.ToImmutable(),
            Terminal = Terminal(chain.Filters.LastOrDefault(), isOutbound),
        };
    }

    private static TerminalFilterModel Terminal(Filter? filter, bool isOutbound)
    {
        var config = filter?.TypedConfig;
        if (config is not null && config.Is(TcpProxy.Descriptor))
        {
            return Tcp(TcpProxy.Parser.ParseFrom(config.Value));
        }

        if (config is not null && config.Is(HttpConnectionManager.Descriptor))
        {
            return Http(HttpConnectionManager.Parser.ParseFrom(config.Value), isOutbound);
        }

        throw new ResourceRejectedException($"the last network filter must be tcp_proxy or http_connection_manager, not {filter?.Name ?? "absent"}");
    }

    private static NetworkAccessFilter Access(Filter filter)
    {
        if (filter.TypedConfig is { } rbac && rbac.Is(Envoy.Extensions.Filters.Network.Rbac.V3.RBAC.Descriptor))
        {
            return new NetworkRbacFilter(Envoy.Extensions.Filters.Network.Rbac.V3.RBAC.Parser.ParseFrom(rbac.Value));
        }

        return filter.TypedConfig is { } authz && authz.Is(Envoy.Extensions.Filters.Network.ExtAuthz.V3.ExtAuthz.Descriptor)
            ? new NetworkExtAuthzFilter(Envoy.Extensions.Filters.Network.ExtAuthz.V3.ExtAuthz.Parser.ParseFrom(authz.Value))
            : throw new ResourceRejectedException($"network filter {filter.Name} with {filter.TypedConfig?.TypeUrl ?? "no"} configuration is not supported");
    }

    private static TcpProxyModel Tcp(TcpProxy config) => new()
    {
        StatPrefix = config.StatPrefix,
        AccessLogs = AccessLogCompiler.Compile(config.AccessLog),
        Clusters = config.ClusterSpecifierCase == TcpProxy.ClusterSpecifierOneofCase.WeightedClusters
            ? new WeightedClusters(config.WeightedClusters.Clusters.Select(cluster => new WeightedCluster(cluster.Name, cluster.Weight)))
            : WeightedClusters.Single(config.Cluster),
        IdleTimeout = config.IdleTimeout?.ToTimeSpan() ?? DefaultTcpIdleTimeout,
        MaxDuration = config.MaxDownstreamConnectionDuration?.ToTimeSpan() ?? TimeSpan.Zero,
        TunnelTarget = config.TunnelingConfig is { } tunnel ? TargetOf(tunnel) : null,
        MaxConnectAttempts = Math.Max(1, config.MaxConnectAttempts ?? 1),
        HashesSource = HashesSource(config.HashPolicy),
    };

    private static Format TargetOf(TcpProxy.Types.TunnelingConfig config) => config.UsePost || config.PostPath.Length > 0
        ? throw new ResourceRejectedException("tcp_proxy tunneling_config by POST is not supported; CONNECT is")
        : Format.Compile(config.Hostname);

    private static bool HashesSource(Google.Protobuf.Collections.RepeatedField<Envoy.Type.V3.HashPolicy> policies) =>
        policies.FirstOrDefault(policy => policy.PolicySpecifierCase != Envoy.Type.V3.HashPolicy.PolicySpecifierOneofCase.SourceIp) is { } unknown
            ? throw new ResourceRejectedException($"tcp_proxy hash_policy {unknown.PolicySpecifierCase} is not supported; source_ip is")
            : policies.Count > 0;

    private static HttpConnectionManagerModel Http(HttpConnectionManager config, bool isOutbound)
    {
        var filters = HttpFilterCompiler.Compile(config, isOutbound);
        var common = config.CommonHttpProtocolOptions;
        return new HttpConnectionManagerModel
        {
            StatPrefix = config.StatPrefix,
            IsOutbound = isOutbound,
            AccessLogs = AccessLogCompiler.Compile(config.AccessLog),
            RouteName = config.Rds?.RouteConfigName ?? "",
            InlineRoutes = InlineRoutes(config),
            Filters = filters,
            ServerName = config.ServerName.Length > 0 ? config.ServerName : "envoy",
            ServerHeader = (ServerHeaderRule)config.ServerHeaderTransformation,
            ClientCertificate = new ClientCertificateForwarding(
                (ClientCertificateRule)config.ForwardClientCertDetails,
                config.SetCurrentClientCertDetails?.Cert ?? false,
                config.SetCurrentClientCertDetails?.Chain ?? false,
                config.SetCurrentClientCertDetails?.Subject ?? false,
                config.SetCurrentClientCertDetails?.Dns ?? false,
                config.SetCurrentClientCertDetails?.Uri ?? false),
            HidesRouterHeaders = HidesHeaders(config.HttpFilters[^1].TypedConfig),
            NormalizesPath = config.NormalizePath ?? false,
            MergesSlashes = config.MergeSlashes,
            AcceptsHttp10 = config.HttpProtocolOptions?.AcceptHttp10 ?? false,
            GeneratesRequestId = config.GenerateRequestId ?? true,
            KeepsRequestId = config.PreserveExternalRequestId,
            AnswersRequestId = config.AlwaysSetRequestIdInResponse,
            UsesRemoteAddress = config.UseRemoteAddress ?? false,
            TrustedHops = config.XffNumTrustedHops,
            TellsPort = config.AppendXForwardedPort,
            Tracing = TracingCompiler.Compile(config.Tracing),
            UpgradeTypes = [.. config.UpgradeConfigs.Where(upgrade => upgrade.Enabled ?? true).Select(upgrade => upgrade.UpgradeType)],
            StreamIdleTimeout = config.StreamIdleTimeout?.ToTimeSpan() ?? TimeSpan.FromMinutes(5),
            RequestHeadersTimeout = config.RequestHeadersTimeout?.ToTimeSpan() is { Ticks: > 0 } headers ? headers : HttpConnectionManagerModel.DefaultHeadersTimeout,
            RequestTimeout = config.RequestTimeout?.ToTimeSpan() ?? TimeSpan.Zero,
            MaxStreamDuration = common?.MaxStreamDuration?.ToTimeSpan() ?? TimeSpan.Zero,
            ConnectionIdleTimeout = common?.IdleTimeout?.ToTimeSpan() ?? TimeSpan.FromHours(1),
            MaxConnectionDuration = common?.MaxConnectionDuration?.ToTimeSpan() ?? TimeSpan.Zero,
            MaxRequestsPerConnection = common?.MaxRequestsPerConnection ?? 0,
            MaxHeaderBytes = (config.MaxRequestHeadersKb ?? 60) * 1024,
            Underscores = (HeadersWithUnderscores)(common?.HeadersWithUnderscoresAction ?? 0),
            EscapedSlashes = (EscapedSlashes)config.PathWithEscapedSlashesAction,
            ExchangesPeerMetadata = isOutbound && filters.Any(filter => filter is MetadataExchangeFilter),
        };
    }

    private static bool HidesHeaders(Google.Protobuf.WellKnownTypes.Any? router) =>
        router?.Is(Envoy.Extensions.Filters.Http.Router.V3.Router.Descriptor) == true && router.Unpack<Envoy.Extensions.Filters.Http.Router.V3.Router>().SuppressEnvoyHeaders;

    private static RouteTable? InlineRoutes(HttpConnectionManager config) => config.RouteSpecifierCase switch
    {
        HttpConnectionManager.RouteSpecifierOneofCase.RouteConfig => RouteCompiler.Compile(config.RouteConfig),
        HttpConnectionManager.RouteSpecifierOneofCase.Rds => null,
        _ => throw new ResourceRejectedException($"route specifier {config.RouteSpecifierCase} is not supported"),
    };
}
