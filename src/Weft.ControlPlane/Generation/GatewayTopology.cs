using System.Globalization;
using System.Text.Json.Nodes;
using Weft.Istio.Mesh;
using ForwardClientCertDetails = Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManager.Types.ForwardClientCertDetails;

namespace Weft.ControlPlane.Generation;

/// <summary>ProxyConfig.gatewayTopology of a gateway: how many proxies before it are trusted, and what of the client's certificate is passed on.</summary>
/// <param name="TakesProxyProtocol">Connections begin with a header of the PROXY protocol, which tells the client's address.</param>
public sealed record GatewayTopology(uint TrustedProxies, ForwardClientCertDetails ForwardClientCertDetails, bool TakesProxyProtocol = false)
{
    public static GatewayTopology Default { get; } = new(0, ForwardClientCertDetails.SanitizeSet);

    /// <summary>Of the proxy's own configuration, else of the mesh's default.</summary>
    public static GatewayTopology Of(ProxyNode node, MeshConfig mesh) =>
        Of(node.ProxyConfig is { } own ? JsonNode.Parse(Google.Protobuf.JsonFormatter.Default.Format(own)) as JsonObject : mesh.DefaultConfig);

    private static GatewayTopology Of(JsonObject? config)
    {
        if (config?["gatewayTopology"] is not JsonObject topology)
        {
            return Default;
        }

        var trusted = topology["numTrustedProxies"] is JsonValue count && uint.TryParse(count.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var stated) ? stated : 0;
        return new GatewayTopology(trusted, DetailsOf(topology["forwardClientCertDetails"]?.ToString()), topology["proxyProtocol"] is JsonObject);
    }

    private static ForwardClientCertDetails DetailsOf(string? name) => name switch
    {
        "SANITIZE" => ForwardClientCertDetails.Sanitize,
        "FORWARD_ONLY" => ForwardClientCertDetails.ForwardOnly,
        "APPEND_FORWARD" => ForwardClientCertDetails.AppendForward,
        "ALWAYS_FORWARD_ONLY" => ForwardClientCertDetails.AlwaysForwardOnly,
        _ => ForwardClientCertDetails.SanitizeSet,
    };
}
