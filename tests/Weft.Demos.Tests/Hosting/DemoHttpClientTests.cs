using System.Net;
using System.Net.Sockets;

namespace Weft.Demos.Hosting;

public sealed class DemoHttpClientTests
{
    [Fact]
    public async Task A_connection_that_was_reset_before_the_request_is_a_failed_request()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = DemoHttpClient.Create(new DemoContext
        {
            Environment = new Dictionary<string, string>(),
            ListenAddress = IPAddress.Loopback,
            DialAsync = (_, _, token) => ResetAsync(listener, token),
            Log = _ => { },
            Time = TimeProvider.System,
        });

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("http://anywhere/"), TestContext.Current.CancellationToken));
    }

    private static async ValueTask<Stream> ResetAsync(TcpListener listener, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.LocalEndpoint, cancellationToken);
        using (var accepted = await listener.AcceptSocketAsync(cancellationToken))
        {
            accepted.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        // The reset has arrived once reading says so.
        await Assert.ThrowsAsync<SocketException>(() => socket.ReceiveAsync(new byte[1], cancellationToken).AsTask());
        return new NetworkStream(socket, ownsSocket: true);
    }
}
