using Google.Protobuf.WellKnownTypes;
using ForwardClientCertDetails = Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManager.Types.ForwardClientCertDetails;

namespace Weft.ControlPlane.Generation;

/// <summary>ProxyConfig.gatewayTopology of a gateway: how many proxies before it are trusted, and what of the client's certificate is passed on.</summary>
public sealed record GatewayTopology(uint TrustedProxies, ForwardClientCertDetails ForwardClientCertDetails)
{
    public static GatewayTopology Default { get; } = new(0, ForwardClientCertDetails.SanitizeSet);

    /// <summary>Reads the proxy's own configuration; the defaults where it says nothing.</summary>
    public static GatewayTopology Of(Struct? proxyConfig)
    {
        if (proxyConfig is null || !proxyConfig.Fields.TryGetValue("gatewayTopology", out var value) || value.StructValue?.Fields is not { } topology)
        {
            return Default;
        }

        var trusted = topology.TryGetValue("numTrustedProxies", out var count) && count.NumberValue is > 0 and < uint.MaxValue ? (uint)count.NumberValue : 0;
        return new GatewayTopology(trusted, topology.TryGetValue("forwardClientCertDetails", out var details) ? DetailsOf(details.StringValue) : ForwardClientCertDetails.SanitizeSet);
    }

    private static ForwardClientCertDetails DetailsOf(string name) => name switch
    {
        "SANITIZE" => ForwardClientCertDetails.Sanitize,
        "FORWARD_ONLY" => ForwardClientCertDetails.ForwardOnly,
        "APPEND_FORWARD" => ForwardClientCertDetails.AppendForward,
        "ALWAYS_FORWARD_ONLY" => ForwardClientCertDetails.AlwaysForwardOnly,
        _ => ForwardClientCertDetails.SanitizeSet,
    };
}
