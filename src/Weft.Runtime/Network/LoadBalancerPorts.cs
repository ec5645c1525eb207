using System.Net;

namespace Weft.Runtime.Network;

/// <summary>
/// Where Services of type LoadBalancer are reached from outside the cluster: one address, and for each port of a Service the port there.
/// Two Services that want the same port share nothing: the first one has it.
/// </summary>
public sealed record LoadBalancerPorts
{
    /// <summary>What stands in <c>status.loadBalancer.ingress[].ip</c>.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Added to every port, so that meshes run side by side.</summary>
    public int Offset { get; init; }

    /// <summary>Ports below 1024, which only root may have, move up by 8000: 80 to 8080, 443 to 8443. Null when the offset leads beyond the last port.</summary>
    public int? Of(int servicePort) => (servicePort < 1024 ? servicePort + 8000 : servicePort) + Offset is var port and <= IPEndPoint.MaxPort ? port : null;
}
