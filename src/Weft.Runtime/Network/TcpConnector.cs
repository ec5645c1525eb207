using System.Net;
using System.Net.Sockets;

namespace Weft.Runtime.Network;

/// <summary>Connects with a chosen source address where the system allows it: between addresses of 127.0.0.0/8.</summary>
internal static class TcpConnector
{
    public static async Task<NetworkStream> ConnectAsync(IPEndPoint destination, IPAddress? source, CancellationToken cancellationToken)
    {
        var socket = await ConnectSocketAsync(destination, source, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    public static async Task<Socket> ConnectSocketAsync(IPEndPoint destination, IPAddress? source, CancellationToken cancellationToken)
    {
        var socket = new Socket(destination.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (source is not null && IsLoopback4(source) && IsLoopback4(destination.Address))
                BindSource(socket, source);
            await socket.ConnectAsync(destination, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool IsLoopback4(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork && IPAddress.IsLoopback(address);

    /// <summary>
    /// IP_BIND_ADDRESS_NO_PORT (24) leaves the choice of the port to connect(), so that one source port serves many destinations;
    /// without it, a busy pod would run out of ports. Systems that lack the option choose the port here.
    /// </summary>
    private static void BindSource(Socket socket, IPAddress source)
    {
        if (OperatingSystem.IsLinux())
            socket.SetRawSocketOption(0, 24, BitConverter.GetBytes(1));
        socket.Bind(new IPEndPoint(source, 0));
    }
}
