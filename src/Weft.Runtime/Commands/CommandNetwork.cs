using System.Collections.Frozen;
using System.Net;
using Weft.Runtime.Network;

namespace Weft.Runtime.Commands;

/// <summary>
/// The network as a container sees it: localhost is the pod, names are those of its namespace, and what an application sends goes through the pod's sidecar.
/// The sidecar's own container is not captured, as in Istio.
/// </summary>
internal sealed class CommandNetwork(PodNetwork pod, bool isProxy, INameResolver names)
{
    /// <summary>What the pod's proxy listens on whatever the pod's containers declare; all else on localhost is the application's.</summary>
    private static readonly FrozenSet<int> ProxyPorts = FrozenSet.ToFrozenSet([15000, 15001, 15004, 15006, 15020, 15021, 15053, 15090]);

    private readonly DirectDialer _direct = new(pod.PodAddress, names);

    /// <summary>Failures are IOException and SocketException.</summary>
    public async Task<Stream> DialAsync(string host, int port, CancellationToken cancellationToken)
    {
        if (IsLocal(host))
            return await TcpConnector.ConnectAsync(new IPEndPoint(ProxyPorts.Contains(port) ? pod.PodAddress : pod.ListenAddress, port), pod.ListenAddress, cancellationToken);
        return isProxy ? await _direct.DialAsync(host, port, cancellationToken) : await pod.DialAsync(host, port, cancellationToken);
    }

    private static bool IsLocal(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host is "127.0.0.1" or "0.0.0.0" or "::1" or "[::1]";
}
