using Weft.ControlPlane.Injection;

namespace Weft.ControlPlane.GatewayDeployment;

/// <summary>How Gateways of the Gateway API become pods.</summary>
public sealed record GatewayDeploymentOptions
{
    /// <summary>What their proxies are told about the mesh.</summary>
    public InjectionSettings Proxy { get; init; } = InjectionSettings.Default;

    /// <summary>Pods may listen at ports below 1024. Else the Service leads such a port on to one that is 8000 higher, as Istio's own ingress gateway does.</summary>
    public bool AllowsPrivilegedPorts { get; init; } = true;
}
