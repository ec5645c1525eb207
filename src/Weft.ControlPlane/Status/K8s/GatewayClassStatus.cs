using System.Text.Json.Nodes;
using Weft.Istio.GatewayApi;

namespace Weft.ControlPlane.Status.K8s;

/// <summary>The status of a GatewayClass of Istio's: that it is served, and what of the Gateway API.</summary>
internal static class GatewayClassStatus
{
    /// <summary>The Gateway API's names of what gateways and the mesh do here, in order.</summary>
    private static readonly string[] s_features =
    [
        "GRPCRoute", "Gateway", "GatewayHTTPListenerIsolation", "GatewayInfrastructurePropagation", "GatewayPort8080", "HTTPRoute", "HTTPRouteBackendRequestHeaderModification",
        "HTTPRouteBackendTimeout", "HTTPRouteCORS", "HTTPRouteDestinationPortMatching", "HTTPRouteHostRewrite", "HTTPRouteMethodMatching", "HTTPRouteNamedRouteRule",
        "HTTPRouteParentRefPort", "HTTPRoutePathRedirect", "HTTPRoutePathRewrite", "HTTPRoutePortRedirect", "HTTPRouteQueryParamMatching", "HTTPRouteRequestMirror",
        "HTTPRouteRequestMultipleMirrors", "HTTPRouteRequestPercentageMirror", "HTTPRouteRequestTimeout", "HTTPRouteResponseHeaderModification", "HTTPRouteSchemeRedirect", "Mesh",
        "MeshClusterIPMatching", "MeshConsumerRoute", "ReferenceGrant", "TLSRoute", "TLSRouteModeTerminate",
    ];

    public static JsonObject Of(K8sGatewayClass source, JsonObject? present, DateTimeOffset now)
    {
        var status = present?.DeepClone().AsObject() ?? [];
        status["conditions"] = ConditionSet.Merge(present?["conditions"], [new WantedCondition("Accepted", "True", "Accepted", "Handled by Istio controller")], source.Metadata.Generation, now);
        status["supportedFeatures"] = new JsonArray([.. s_features.Select(feature => new JsonObject { ["name"] = feature })]);
        return status;
    }
}
