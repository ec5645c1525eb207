using System.Text.Json;
using System.Text.Json.Nodes;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Weft.Istio.Mesh;
using CertificateDetails = Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManager.Types.SetCurrentClientCertDetails;
using ForwardClientCertDetails = Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManager.Types.ForwardClientCertDetails;
using ServerHeaderTransformation = Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManager.Types.ServerHeaderTransformation;

namespace Weft.ControlPlane.Generation;

/// <summary>ProxyConfig.proxyHeaders: which headers a proxy adds to requests and answers. Where it says nothing, Istio's defaults hold.</summary>
/// <param name="CountsAttempts">Requests tell how often they were tried (attemptCount).</param>
/// <param name="Forwards">What becomes of the client's certificate in a sidecar's inbound requests (forwardedClientCert).</param>
/// <param name="Server">The server header of answers; null for Envoy's own.</param>
/// <param name="PassesServer">The server header is the application's (server.disabled).</param>
/// <param name="GeneratesRequestId">Null for Envoy's default, which is to do so (requestId).</param>
/// <param name="HidesDebugHeaders">No x-envoy headers are added (envoyDebugHeaders.disabled).</param>
/// <param name="KeepsPeersInMesh">Who the peer is, is not told to services outside (metadataExchangeHeaders IN_MESH).</param>
/// <param name="CertificateDetails">What of the client's certificate is told; null for Istio's choice.</param>
/// <param name="TellsHost">A host that a route replaces stands in x-forwarded-host (xForwardedHost).</param>
/// <param name="TellsPort">The port at which the proxy was asked stands in x-forwarded-port (xForwardedPort).</param>
internal sealed record ProxyHeaders(
    bool CountsAttempts,
    ForwardClientCertDetails Forwards,
    string? Server,
    bool PassesServer,
    bool? GeneratesRequestId,
    bool HidesDebugHeaders,
    bool KeepsPeersInMesh,
    CertificateDetails? CertificateDetails,
    bool TellsHost = false,
    bool TellsPort = false)
{
    private const string IstioServer = "istio-envoy";

    public static ProxyHeaders Default { get; } = new(true, ForwardClientCertDetails.AppendForward, IstioServer, false, null, false, false, null);

    /// <summary>Of the proxy's own configuration, else of the mesh's default.</summary>
    public static ProxyHeaders Of(ProxyNode node, MeshConfig mesh) => node.ProxyConfig is { } own
        ? Of(JsonNode.Parse(Google.Protobuf.JsonFormatter.Default.Format(own)) as JsonObject)
        : Of(mesh.DefaultConfig);

    /// <summary>The server header is stated for these answers only: of a sidecar's outbound answers it is Envoy's unless the configuration names one.</summary>
    public HttpConnectionManager ApplyServer(HttpConnectionManager manager, bool outbound)
    {
        manager.ServerName = PassesServer || (outbound && Server == IstioServer) ? "" : Server ?? "";
        manager.ServerHeaderTransformation = PassesServer ? ServerHeaderTransformation.PassThrough : ServerHeaderTransformation.Overwrite;
        manager.GenerateRequestId = GeneratesRequestId;
        manager.AppendXForwardedPort = TellsPort;
        return manager;
    }

    private static ProxyHeaders Of(JsonObject? config)
    {
        if (config?["proxyHeaders"] is not JsonObject headers)
        {
            return Default;
        }

        var stated = (headers["server"] as JsonObject)?["value"]?.ToString();
        return new ProxyHeaders(
            !IsDisabled(headers, "attemptCount"),
            ForwardsOf(headers["forwardedClientCert"]?.ToString()),
            string.IsNullOrEmpty(stated) ? IstioServer : stated,
            IsDisabled(headers, "server"),
            IsDisabled(headers, "requestId") ? false : null,
            IsDisabled(headers, "envoyDebugHeaders"),
            (headers["metadataExchangeHeaders"] as JsonObject)?["mode"]?.ToString() == "IN_MESH",
            headers["setCurrentClientCertDetails"] is JsonObject details ? DetailsOf(details) : null,
            IsEnabled(headers, "xForwardedHost"),
            IsEnabled(headers, "xForwardedPort"));
    }

    private static bool IsDisabled(JsonObject headers, string name) => IsTrue((headers[name] as JsonObject)?["disabled"]) == true;

    private static bool IsEnabled(JsonObject headers, string name) => IsTrue((headers[name] as JsonObject)?["enabled"]) == true;

    private static bool? IsTrue(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private static ForwardClientCertDetails ForwardsOf(string? name) => name switch
    {
        "SANITIZE" => ForwardClientCertDetails.Sanitize,
        "FORWARD_ONLY" => ForwardClientCertDetails.ForwardOnly,
        "SANITIZE_SET" => ForwardClientCertDetails.SanitizeSet,
        "ALWAYS_FORWARD_ONLY" => ForwardClientCertDetails.AlwaysForwardOnly,
        _ => ForwardClientCertDetails.AppendForward,
    };

    /// <summary>Subject, names and URIs unless they are switched off; certificates only when asked for.</summary>
    private static CertificateDetails DetailsOf(JsonObject details) => new()
    {
        Subject = IsTrue(details["subject"]) ?? true,
        Cert = IsTrue(details["cert"]) ?? false,
        Chain = IsTrue(details["chain"]) ?? false,
        Dns = IsTrue(details["dns"]) ?? true,
        Uri = IsTrue(details["uri"]) ?? true,
    };
}
