using System.Collections.Immutable;
using System.Net;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.LoadBalancing;
using Weft.Proxy.OutlierDetection;
using Weft.Proxy.Stats;
using Weft.Proxy.Subscriptions;
using LoadBalancingPolicy = Weft.Proxy.LoadBalancing.LoadBalancingPolicy;
using HttpProtocolOptions = Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions;

namespace Weft.Proxy.Clusters;

/// <summary>Compiles a Cluster, and joins it with its endpoints.</summary>
internal static class ClusterCompiler
{
    private const string HttpOptionsKey = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
    private const string DynamicForwardProxy = "envoy.clusters.dynamic_forward_proxy";
    private const string PeerExchangeFilter = "istio.metadata_exchange";
    private static readonly TimeSpan DefaultConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DefaultDnsRefreshRate = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DefaultHttpIdleTimeout = TimeSpan.FromHours(1);

    /// <exception cref="ResourceRejectedException">Anything in it that this proxy cannot do.</exception>
    public static ClusterModel Compile(Cluster config, ClusterState state)
    {
        if (config.Filters.FirstOrDefault(filter => filter.Name != PeerExchangeFilter) is { } unknown)
        {
            throw new ResourceRejectedException($"upstream network filter {unknown.Name} is not supported");
        }

        var options = HttpOptions(config);
        var istio = IstioMetadata(config.Metadata);
        var model = new ClusterModel
        {
            Name = config.Name,
            Discovery = Discovery(config),
            ServiceName = config.EdsClusterConfig?.ServiceName is { Length: > 0 } serviceName ? serviceName : config.Name,
            ConnectTimeout = config.ConnectTimeout?.ToTimeSpan() ?? DefaultConnectTimeout,
            Protocol = Protocol(options),
            HttpIdleTimeout = options?.CommonHttpProtocolOptions?.IdleTimeout?.ToTimeSpan() ?? DefaultHttpIdleTimeout,
            Transports = new TransportSockets(config),
            BindAddress = Bind(config.UpstreamBindConfig),
            ExchangesPeerMetadata = config.Filters.Count > 0,
            Service = Service(istio),
            IsExternal = istio is not null && istio.Fields.TryGetValue("external", out var external) && external.BoolValue,
            DnsRefreshRate = RefreshRate(config.DnsRefreshRate, DefaultDnsRefreshRate),
            DnsFailureRate = RefreshRate(config.DnsFailureRefreshRate?.BaseInterval ?? config.DnsRefreshRate, DefaultDnsRefreshRate),
            Limits = CircuitBreakers.Compile(config),
            UsesHostAsSni = options?.UpstreamHttpProtocolOptions?.AutoSni ?? false,
            ValidatesSni = options?.UpstreamHttpProtocolOptions?.AutoSanValidation ?? false,
            Keepalive = Keepalive(config.UpstreamConnectionOptions?.TcpKeepalive),
            MaxRequestsPerConnection = options?.CommonHttpProtocolOptions?.MaxRequestsPerConnection ?? 0,
            HttpConnectionLifetime = options?.CommonHttpProtocolOptions?.MaxConnectionDuration?.ToTimeSpan() ?? TimeSpan.Zero,
            Policy = LoadBalancingPolicy.Compile(config),
            Selection = SelectionOptions.Compile(config),
            OutlierDetection = OutlierDetectionModel.Compile(config.OutlierDetection),
            State = state,
            Config = config,
        };
        DnsEndpoints.RequireSocketAddresses(model);
        return model.Discovery == ClusterDiscovery.Static ? WithEndpoints(model, config.LoadAssignment ?? new ClusterLoadAssignment()) : model;
    }

    /// <exception cref="ResourceRejectedException">An endpoint without an IP address.</exception>
    public static ClusterModel WithEndpoints(ClusterModel cluster, ClusterLoadAssignment assignment)
    {
        var overprovisioning = assignment.Policy?.OverprovisioningFactor ?? SelectionOptions.DefaultOverprovisioning;
        var endpoints = assignment.Endpoints.SelectMany(group => Endpoints(cluster, group, overprovisioning)).ToImmutableArray();
        var options = cluster.Selection with { Overprovisioning = overprovisioning };
        return cluster with { Endpoints = endpoints, Selector = new EndpointSelector(endpoints, cluster.Policy, options, cluster.State) };
    }

    private static IEnumerable<EndpointModel> Endpoints(ClusterModel cluster, LocalityLbEndpoints group, uint overprovisioning)
    {
        var locality = new LocalityModel(
            group.Locality?.Region ?? "", group.Locality?.Zone ?? "", group.Locality?.SubZone ?? "", group.LoadBalancingWeight ?? 0, group.LbEndpoints.Count, overprovisioning);
        return group.LbEndpoints.Select(endpoint => Endpoint(cluster, endpoint, group.Priority, locality));
    }

    private static EndpointModel Endpoint(ClusterModel cluster, LbEndpoint config, uint priority, LocalityModel locality)
    {
        var socket = config.Endpoint?.Address?.SocketAddress
            ?? throw new ResourceRejectedException($"{cluster.Name}: only endpoints with a socket address are supported");
        if (!IPAddress.TryParse(socket.Address, out var ip))
        {
            throw new ResourceRejectedException($"{cluster.Name}: endpoint address '{socket.Address}' is no IP address");
        }

        var address = new IPEndPoint(ip, (int)socket.PortValue);
        var metadata = config.Metadata?.FilterMetadata;
        Struct? match = null;
        Struct? istio = null;
        metadata?.TryGetValue(TransportSockets.MetadataKey, out match);
        metadata?.TryGetValue("istio", out istio);
        return new EndpointModel
        {
            Address = address,
            Transport = cluster.Transports.For(match),
            Weight = Math.Max(1, config.LoadBalancingWeight ?? 1),
            Priority = priority,
            Locality = locality,
            IsHealthy = config.HealthStatus is HealthStatus.Unknown or HealthStatus.Healthy or HealthStatus.Degraded,
            Workload = istio is not null && istio.Fields.TryGetValue("workload", out var workload) ? WorkloadIdentity.FromEndpoint(workload.StringValue) : null,
            State = cluster.State.Endpoint(address),
            Config = config,
        };
    }

    private static ClusterDiscovery Discovery(Cluster config) => config.ClusterDiscoveryTypeCase switch
    {
        // The destination was resolved from the very name when the client was captured.
        Cluster.ClusterDiscoveryTypeOneofCase.ClusterType when config.ClusterType.Name == DynamicForwardProxy => ClusterDiscovery.OriginalDestination,
        Cluster.ClusterDiscoveryTypeOneofCase.ClusterType => throw new ResourceRejectedException($"cluster type {config.ClusterType.Name} is not supported yet"),
        _ => config.Type switch
        {
            Cluster.Types.DiscoveryType.Static => ClusterDiscovery.Static,
            Cluster.Types.DiscoveryType.Eds => ClusterDiscovery.Eds,
            Cluster.Types.DiscoveryType.OriginalDst => ClusterDiscovery.OriginalDestination,
            Cluster.Types.DiscoveryType.StrictDns or Cluster.Types.DiscoveryType.LogicalDns => ClusterDiscovery.Dns,
            _ => throw new ResourceRejectedException($"discovery type {config.Type} is not supported"),
        },
    };

    private static HttpProtocolOptions? HttpOptions(Cluster config) =>
        config.TypedExtensionProtocolOptions.TryGetValue(HttpOptionsKey, out var options) && options.Is(HttpProtocolOptions.Descriptor)
            ? HttpProtocolOptions.Parser.ParseFrom(options.Value)
            : null;

    private static UpstreamProtocol Protocol(HttpProtocolOptions? options) => options?.UpstreamProtocolOptionsCase switch
    {
        HttpProtocolOptions.UpstreamProtocolOptionsOneofCase.ExplicitHttpConfig when options.ExplicitHttpConfig.Http2ProtocolOptions is not null => UpstreamProtocol.Http2,
        HttpProtocolOptions.UpstreamProtocolOptionsOneofCase.UseDownstreamProtocolConfig => UpstreamProtocol.Downstream,
        _ => UpstreamProtocol.Http1,
    };

    private static TimeSpan RefreshRate(Duration? rate, TimeSpan absent) => rate?.ToTimeSpan() is { Ticks: > 0 } given ? given : absent;

    private static TcpKeepalive? Keepalive(Envoy.Config.Core.V3.TcpKeepalive? config) => config is null
        ? null
        : new TcpKeepalive((int)(config.KeepaliveProbes ?? 0), (int)(config.KeepaliveTime ?? 0), (int)(config.KeepaliveInterval ?? 0));

    private static IPAddress? Bind(BindConfig? config) =>
        config?.SourceAddress?.Address is { Length: > 0 } text && IPAddress.TryParse(text, out var address) ? address : null;

    private static Struct? IstioMetadata(Metadata? metadata)
    {
        Struct? istio = null;
        metadata?.FilterMetadata.TryGetValue("istio", out istio);
        return istio;
    }

    private static ServiceIdentity? Service(Struct? istio)
    {
        if (istio is null || !istio.Fields.TryGetValue("services", out var services) || services.ListValue is not { Values.Count: > 0 } list || list.Values[0].StructValue is not { } first)
        {
            return null;
        }

        string Text(string key) => first.Fields.TryGetValue(key, out var value) ? value.StringValue : "";
        return new ServiceIdentity(Text("host"), Text("name"), Text("namespace"));
    }
}
