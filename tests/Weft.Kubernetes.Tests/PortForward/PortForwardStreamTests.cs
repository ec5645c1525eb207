using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Weft.Kubernetes.PortForward;

public sealed class PortForwardStreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_the_data_channel_is_read_and_its_port_is_not_data()
    {
        Assert.Equal("hello you", await ReadAsync([0, 1, 2], [1, 1, 2], [0, .. "hello "u8], [], [7, .. "nonsense"u8], [0], [0, .. "you"u8]));
    }

    [Fact]
    public async Task A_port_may_come_in_pieces_and_with_data_behind_it()
    {
        Assert.Equal("data", await ReadAsync([0, 1], [0, 2, .. "data"u8]));
    }

    [Fact]
    public async Task What_went_wrong_is_thrown_at_the_end()
    {
        var failure = await Assert.ThrowsAsync<IOException>(() => ReadAsync([0, 1, 2], [1, 1, 2], [1, .. "connection refused"u8]));
        Assert.Equal("connection refused", failure.Message);
    }

    [Fact]
    public async Task Arbitrary_messages_are_data_or_an_error()
    {
        var random = new Random(4711);
        for (var round = 0; round < 200; round++)
        {
            var messages = Enumerable.Range(0, random.Next(6)).Select(_ =>
            {
                var message = new byte[random.Next(40)];
                random.NextBytes(message);
                if (message.Length > 0) message[0] %= 4;
                return message;
            }).ToArray();
            try
            {
                await ReadAsync(messages);
            }
            catch (IOException)
            {
                // What the other side says went wrong.
            }
        }
    }

    /// <summary>What a client reads when the server sends these messages and closes.</summary>
    private static async Task<string> ReadAsync(params byte[][] messages)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var near = new TcpClient();
        await near.ConnectAsync((IPEndPoint)listener.LocalEndpoint, Token);
        using var far = await listener.AcceptTcpClientAsync(Token);
        using var server = WebSocket.CreateFromStream(far.GetStream(), new WebSocketCreationOptions { IsServer = true });
        await using var stream = new PortForwardStream(WebSocket.CreateFromStream(near.GetStream(), new WebSocketCreationOptions()));
        foreach (var message in messages)
        {
            await server.SendAsync(message, WebSocketMessageType.Binary, true, Token);
        }

        await server.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", Token);
        far.Client.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync(Token);
    }
}
