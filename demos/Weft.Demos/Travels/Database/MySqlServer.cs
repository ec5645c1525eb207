using System.Net;
using System.Net.Sockets;
using Weft.Demos.Hosting;

namespace Weft.Demos.Travels.Database;

/// <summary>Image <c>demo_travels_mysqldb</c>: the travel agency's database, speaking MySQL's protocol.</summary>
internal sealed class MySqlServer : IDemoWorkload
{
    private const int Port = 3306;

    public async Task<int> RunAsync(DemoContext context, CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(new IPEndPoint(context.ListenAddress, Port));
        listener.Start();
        context.Log($"mysqld: ready for connections. Version: '8.0.20'  port: {Port}");
        var sessions = new HashSet<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(cancellationToken);
                sessions.RemoveWhere(session => session.IsCompleted);
                sessions.Add(ServeAsync(client, context, cancellationToken));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(sessions);
            return 0;
        }
    }

    private static async Task ServeAsync(TcpClient client, DemoContext context, CancellationToken cancellationToken)
    {
        using (client)
        {
            try
            {
                client.NoDelay = true;
                await new MySqlSession(client.GetStream(), context.Setting("MYSQL_ROOT_PASSWORD", "password")).RunAsync(cancellationToken);
            }
            catch (Exception error) when (error is IOException or InvalidDataException or SocketException or OperationCanceledException)
            {
                // A client that leaves or talks nonsense ends its own session only.
                if (error is InvalidDataException)
                {
                    context.Log($"mysqld: bad handshake or packet: {error.Message}");
                }
            }
        }
    }
}
