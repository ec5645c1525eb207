using System.Net;
using System.Net.Sockets;

namespace Weft.Demos.Hosting;

/// <summary>The TCP server of a demo workload that speaks a protocol of its own on the pod's listen address.</summary>
internal static class DemoTcpServer
{
    /// <summary>Serves until cancelled, each connection by itself: one that breaks or talks nonsense ends alone.</summary>
    /// <param name="started">Called once, when connections are taken.</param>
    /// <param name="serve">Serves one connection; may throw IOException, SocketException and InvalidDataException.</param>
    public static async Task ServeAsync(
        DemoContext context, int port, Action started, Func<Stream, CancellationToken, Task> serve, CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(new IPEndPoint(context.ListenAddress, port));
        listener.Start();
        started();
        var sessions = new HashSet<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(cancellationToken);
                sessions.RemoveWhere(session => session.IsCompleted);
                sessions.Add(ServeAsync(client, context, serve, cancellationToken));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(sessions);
        }
    }

    private static async Task ServeAsync(TcpClient client, DemoContext context, Func<Stream, CancellationToken, Task> serve, CancellationToken cancellationToken)
    {
        using (client)
        {
            try
            {
                client.NoDelay = true;
                await serve(client.GetStream(), cancellationToken);
            }
            catch (InvalidDataException error)
            {
                context.Log($"bad bytes from a client: {error.Message}");
            }
            catch (Exception error) when (error is IOException or SocketException or OperationCanceledException)
            {
                // The client has left, or the pod stops.
            }
        }
    }
}
