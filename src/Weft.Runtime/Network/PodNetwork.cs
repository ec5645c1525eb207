using System.Net;

namespace Weft.Runtime.Network;

/// <summary>
/// A pod's place in the embedded network: its addresses and its only way out. Whatever runs in a pod dials through
/// <see cref="DialAsync"/>, so that a pod with a sidecar is captured and one without is not.
/// </summary>
public sealed class PodNetwork(IPAddress podAddress, IPAddress listenAddress, IPodDialer dialer)
{
    /// <summary>The address that the pod's status shows and that others dial.</summary>
    public IPAddress PodAddress { get; } = podAddress;

    /// <summary>
    /// Where the application must listen: the private application address when the pod has a sidecar (which itself listens on
    /// <see cref="PodAddress"/>), else the pod address.
    /// </summary>
    public IPAddress ListenAddress { get; } = listenAddress;

    /// <summary>Whether outbound connections go through a sidecar at <see cref="PodAddress"/>.</summary>
    public bool HasSidecar => !PodAddress.Equals(ListenAddress);

    /// <summary>
    /// Opens a TCP connection to a host name or address as seen from this pod. The stream owns the connection; half-close works
    /// through the <see cref="System.Net.Sockets.NetworkStream"/>'s socket. Failures are <see cref="IOException"/> or
    /// <see cref="System.Net.Sockets.SocketException"/>.
    /// </summary>
    public Task<Stream> DialAsync(string host, int port, CancellationToken cancellationToken) =>
        dialer.DialAsync(host, port, cancellationToken);
}

/// <summary>The way in which a pod's outbound connections are made.</summary>
public interface IPodDialer
{
    Task<Stream> DialAsync(string host, int port, CancellationToken cancellationToken);
}
