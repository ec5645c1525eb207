using System.Net;
using System.Net.Sockets;

namespace Weft.Runtime.Network;

/// <summary>
/// Outbound connections of a pod without a sidecar: resolve, then connect from the pod's own address, so that the peer sees who
/// calls.
/// </summary>
public sealed class DirectDialer(IPAddress source, INameResolver names) : IPodDialer
{
    public async Task<Stream> DialAsync(string host, int port, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await names.ResolveAsync(host, cancellationToken);
        if (addresses.Count == 0)
            throw new SocketException((int)SocketError.HostNotFound);

        SocketException? last = null;
        foreach (var address in addresses)
        {
            try
            {
                return await TcpConnector.ConnectAsync(new IPEndPoint(address, port), source, cancellationToken);
            }
            catch (SocketException failure)
            {
                last = failure;
            }
        }

        throw last!; // At least one address was tried.
    }
}
