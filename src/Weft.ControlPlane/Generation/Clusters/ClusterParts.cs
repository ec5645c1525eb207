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

    /// <summary>Without a stated server name the request's host is asked for and, unless names are stated, expected in the certificate.</summary>
    /// <param name="isDynamic">The server's name is that of the request, whatever name the TLS states.</param>
    public static void DeriveServerName(Cluster cluster, ClientTlsSettings tls, bool isDynamic = false)
    {
        // The server is no proxy of the mesh: Istio's ALPN values are not offered.
        cluster.Metadata.FilterMetadata["istio"].Fields["alpn_override"] = Value.ForString("false");
        var derives = string.IsNullOrEmpty(tls.Sni);
        var verifiesDerived = tls.InsecureSkipVerify != true && (isDynamic || (derives && tls.SubjectAltNames.Length == 0));
        if (!derives && !verifiesDerived)
        {
            return;
        }

        var options = cluster.TypedExtensionProtocolOptions.TryGetValue(HttpOptionsName, out var present)
            ? present.Unpack<HttpProtocolOptions>()
            : new HttpProtocolOptions { ExplicitHttpConfig = new() { HttpProtocolOptions = new() } };
        options.UpstreamHttpProtocolOptions = new()
        {
            AutoSni = derives,
            AutoSanValidation = verifiesDerived,
        };
        cluster.TypedExtensionProtocolOptions[HttpOptionsName] = options.Pack();
    }

    /// <summary>Which service the cluster is for, for telemetry, and which rule shaped it.</summary>
    public static Metadata ServiceMetadata(MeshService service, EffectiveDestinationRule? rule, Subset? subset)
    {
        var metadata = ServiceMetadata([service], rule);
        var istio = metadata.FilterMetadata["istio"];
        if (subset is not null)
        {
            istio.Fields["subset"] = Value.ForString(subset.Name);
        }
        else if (service.IsExternal)
        {
            istio.Fields["external"] = Value.ForBool(true);
        }

        return metadata;
    }

    /// <summary>The services whose calls a cluster of the proxy's own workload takes, and which rule shaped it.</summary>
    public static Metadata ServiceMetadata(IEnumerable<MeshService> services, EffectiveDestinationRule? rule)
    {
        var istio = EnvoyShapes.StructOf(("services", Value.ForList([.. services.Select(service => Value.ForStruct(EnvoyShapes.StructOf(
            ("host", Value.ForString(service.Host)),
            ("name", Value.ForString(service.Name)),
            ("namespace", Value.ForString(service.Namespace)))))])));
        if (rule is not null)
        {
            istio.Fields["config"] = EnvoyShapes.ConfigPath("destination-rule", rule.Namespace, rule.Name);
        }

        return EnvoyShapes.IstioMetadata(istio);
    }
}
