using Weft.Istio.GatewayApi;
using Weft.Istio.Snapshot;

namespace Weft.Istio.Effective.Translation;

/// <summary>Which Gateways are Istio's, and which of them it deploys.</summary>
public static class GatewayClasses
{
    public const string Controller = "istio.io/gateway-controller";

    private const string DefaultClass = "istio";
    private const string HostnameType = "Hostname";
    private const string NameOverride = "gateway.istio.io/name-override";

    /// <summary>By the controller of the class; a class that nobody made is Istio's by its name.</summary>
    public static bool IsOurs(K8sGateway gateway, MeshObjects objects)
    {
        var known = objects.K8sGatewayClasses.FirstOrDefault(item => item.Metadata.Name == gateway.Spec.GatewayClassName);
        return known is null ? gateway.Spec.GatewayClassName == DefaultClass : known.Spec.ControllerName == Controller;
    }

    /// <summary>Without a Service that it names as its address; a single address of a load balancer is asked for, not found.</summary>
    public static bool IsDeployed(K8sGateway gateway) => gateway.Spec.Addresses is [] or [{ Type: null or "" or "IPAddress" }];

    /// <summary>What its Deployment and Service are called.</summary>
    public static string DeploymentName(K8sGateway gateway) =>
        gateway.Metadata.Annotations.GetValueOrDefault(NameOverride) is { Length: > 0 } stated ? stated : DefaultName(gateway);

    /// <summary>Its name and its class.</summary>
    public static string DefaultName(K8sGateway gateway) => $"{gateway.Metadata.Name}-{gateway.Spec.GatewayClassName}";

    /// <summary>The hosts of the Services whose pods serve it, and why the Gateway does not hold as it is.</summary>
    internal static (List<string> Services, K8sProblem? Problem) ServicesOf(K8sGateway gateway)
    {
        var @namespace = gateway.Metadata.Namespace ?? "";
        if (IsDeployed(gateway))
        {
            return ([Mesh.Hostname.OfService(DeploymentName(gateway), @namespace)], gateway.Spec.Infrastructure?.ParametersRef is { } parameters
                ? new K8sProblem("InvalidParameters", $"infrastructure.parametersRef {parameters.Kind} {parameters.Name} is not supported: the Gateway is not deployed")
                : null);
        }

        var services = gateway.Spec.Addresses.Where(IsHostname).Select(address => Mesh.Hostname.Resolve(address.Value, @namespace)).ToList();
        var others = gateway.Spec.Addresses.Where(address => !IsHostname(address)).Select(address => address.Value).ToList();
        return (services, others.Count == 0 ? null : new K8sProblem("UnsupportedAddress", $"only addresses of type Hostname name a Service; ignored: {string.Join(", ", others)}"));
    }

    private static bool IsHostname(K8sGatewayAddress address) => address.Type is null or HostnameType;
}
