using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.ControlPlane.Generation.Listeners;
using Weft.Istio.Effective;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;
using HttpProtocolOptions = Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions;

namespace Weft.ControlPlane.Generation.Clusters;

/// <summary>Parts that clusters share.</summary>
internal static class ClusterParts
{
    private const string HttpOptionsName = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    /// <summary>The source address by which a workload's own traffic control tells the proxy's connections from its callers'.</summary>
    private const string InboundSource = "127.0.0.6";

    /// <summary>Istio sets no limits unless a DestinationRule does; Envoy's own default would be 1024.</summary>
    public static CircuitBreakers Unlimited() => new()
    {
        Thresholds =
        {
            new CircuitBreakers.Types.Thresholds
            {
                MaxConnections = uint.MaxValue,
                MaxPendingRequests = uint.MaxValue,
                MaxRequests = uint.MaxValue,
                MaxRetries = uint.MaxValue,
            },
        },
    };

    public static BindConfig InboundBind() => new() { SourceAddress = new SocketAddress { Address = InboundSource, PortValue = 0 } };

    public static Filter MetadataExchange() => new()
    {
        Name = NetworkFilters.MetadataExchangeName,
        TypedConfig = NetworkFilters.MetadataExchangeConfig(),
    };

    public static IDictionary<string, Any> HttpOptions(HttpProtocolOptions options) => new Dictionary<string, Any> { [HttpOptionsName] = options.Pack() };

    /// <summary>HTTP/1.1 or HTTP/2, whichever the caller speaks.</summary>
    public static HttpProtocolOptions DownstreamProtocol(TimeSpan? idleTimeout)
    {
        var options = new HttpProtocolOptions
        {
            UseDownstreamProtocolConfig = new() { HttpProtocolOptions = new(), Http2ProtocolOptions = new() },
        };
        if (idleTimeout is { } limit)
        {
            options.CommonHttpProtocolOptions = new() { IdleTimeout = limit.ToDuration() };
        }

        return options;
    }

    /// <summary>Which service the cluster is for, for telemetry, and which rule shaped it.</summary>
    public static Metadata ServiceMetadata(MeshService service, EffectiveDestinationRule? rule, Subset? subset)
    {
        var istio = EnvoyShapes.StructOf(("services", Value.ForList(Value.ForStruct(EnvoyShapes.StructOf(
            ("host", Value.ForString(service.Host)),
            ("name", Value.ForString(service.Name)),
            ("namespace", Value.ForString(service.Namespace)))))));
        if (service.IsExternal)
        {
            istio.Fields["external"] = Value.ForBool(true);
        }

        if (rule is not null)
        {
            istio.Fields["config"] = EnvoyShapes.ConfigPath("destination-rule", rule.Namespace, rule.Name);
        }

        if (subset is not null)
        {
            istio.Fields["subset"] = Value.ForString(subset.Name);
        }

        return EnvoyShapes.IstioMetadata(istio);
    }
}
