using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Weft.Istio.GatewayApi;

namespace Weft.ControlPlane.GatewayDeployment;

/// <summary>The labels and annotations of what a Gateway is deployed as: those that its infrastructure states, else its own.</summary>
internal static class GatewayLabels
{
    public const string Managed = "gateway.istio.io/managed";
    public const string ManagedValue = "istio.io-gateway-controller";
    public const string GatewayName = "gateway.networking.k8s.io/gateway-name";

    private const string GatewayClassName = "gateway.networking.k8s.io/gateway-class-name";
    private const string ReservedPrefix = "gateway.networking.k8s.io/";

    /// <summary>They say how the Gateway is deployed and are not for what it is deployed as.</summary>
    private static readonly string[] s_ownAnnotations =
    [
        "kubectl.kubernetes.io/last-applied-configuration", "gateway.istio.io/name-override", "gateway.istio.io/service-account", "gateway.istio.io/controller-version",
    ];

    /// <param name="more">Further ones; they win.</param>
    public static JsonObject Labels(K8sGateway gateway, params (string Name, string Value)[] more) => ToJson(
        Stated(gateway.Spec.Infrastructure?.Labels, gateway.Metadata.Labels),
        [.. more, (GatewayName, gateway.Metadata.Name), (GatewayClassName, gateway.Spec.GatewayClassName), (Managed, ManagedValue)]);

    /// <inheritdoc cref="Labels"/>
    public static JsonObject Annotations(K8sGateway gateway, params (string Name, string Value)[] more) => ToJson(
        Stated(gateway.Spec.Infrastructure?.Annotations, gateway.Metadata.Annotations).Where(item => !s_ownAnnotations.Contains(item.Key)), more);

    private static IEnumerable<KeyValuePair<string, string>> Stated(ImmutableDictionary<string, string>? infrastructure, ImmutableDictionary<string, string> own) =>
        infrastructure is { Count: > 0 } ? infrastructure.Where(item => !item.Key.StartsWith(ReservedPrefix, StringComparison.Ordinal)) : own;

    private static JsonObject ToJson(IEnumerable<KeyValuePair<string, string>> stated, (string Name, string Value)[] more)
    {
        var result = new JsonObject();
        foreach (var (name, value) in stated.OrderBy(item => item.Key, StringComparer.Ordinal))
        {
            result[name] = value;
        }

        foreach (var (name, value) in more)
        {
            result[name] = value;
        }

        return result;
    }
}
