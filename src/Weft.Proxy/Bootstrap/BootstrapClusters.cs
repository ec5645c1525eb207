using System.Globalization;
using System.Text.Json.Nodes;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Google.Protobuf.WellKnownTypes;

namespace Weft.Proxy.Bootstrap;

/// <summary>The clusters of Istio's bootstrap template: services that the proxy's own configuration (PROXY_CONFIG) names by their address.</summary>
internal static class BootstrapClusters
{
    private const string AccessLogService = "envoy_accesslog_service";

    /// <summary>The service of the mesh's enableEnvoyAccessLogService: envoyAccessLogService.address.</summary>
    /// <returns>Null when none is named, or one that wants TLS: then logs are dropped, and never sent in plaintext.</returns>
    public static Cluster? OfAccessLogs(JsonObject metadata)
    {
        if (metadata["PROXY_CONFIG"] is not JsonObject proxy || proxy["envoyAccessLogService"] is not JsonObject service || service["tlsSettings"] is JsonObject)
        {
            return null;
        }

        return Of(AccessLogService, service["address"]);
    }

    /// <returns>Null when the address is not <c>host:port</c>.</returns>
    public static Cluster? Of(string name, JsonNode? address)
    {
        var text = address is JsonValue value && value.TryGetValue<string>(out var stated) ? stated : "";
        var colon = text.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? ClusterOf(name, text[..colon].Trim('[', ']'), port)
            : null;
    }

    private static Cluster ClusterOf(string name, string host, uint port) => new()
    {
        Name = name,
        Type = Cluster.Types.DiscoveryType.StrictDns,
        DnsLookupFamily = Cluster.Types.DnsLookupFamily.V4Only,
        DnsRefreshRate = Duration.FromTimeSpan(TimeSpan.FromSeconds(30)),
        RespectDnsTtl = true,
        ConnectTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)),
        LoadAssignment = new ClusterLoadAssignment
        {
            ClusterName = name,
            Endpoints =
            {
                new LocalityLbEndpoints
                {
                    LbEndpoints = { new LbEndpoint { Endpoint = new Endpoint { Address = new Address { SocketAddress = new SocketAddress { Address = host, PortValue = port } } } } },
                },
            },
        },
    };
}
