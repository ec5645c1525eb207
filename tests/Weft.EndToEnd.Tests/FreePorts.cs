using System.Net;
using System.Net.Sockets;

namespace Weft.EndToEnd;

/// <summary>Ports of 127.0.0.1 for programs that tests start: below those that the system gives to clients, of which meshes use thousands.</summary>
internal static class FreePorts
{
    public static int[] Take(int count) => [.. Enumerable.Range(28000, 1000).Where(IsFree).Take(count)];

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
