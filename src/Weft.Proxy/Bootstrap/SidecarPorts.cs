namespace Weft.Proxy.Bootstrap;

/// <summary>The ports that Istio's sidecar owns (istio.io, "Ports used by Istio").</summary>
public static class SidecarPorts
{
    public const int Admin = 15000;
    public const int Outbound = 15001;
    public const int Inbound = 15006;
    public const int MergedMetrics = 15020;
    public const int Health = 15021;
    public const int EnvoyMetrics = 15090;
}
