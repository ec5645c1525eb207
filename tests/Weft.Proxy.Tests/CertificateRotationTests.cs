using System.Text;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Mesh;

namespace Weft.Proxy;

public sealed class CertificateRotationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Certificates_are_renewed_and_no_connection_is_dropped()
    {
        // Half of three minutes that began two minutes ago is over: both proxies renew every second.
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync(context.Connection.Id), Cancel, certificateLife: TimeSpan.FromMinutes(1));
        mesh.ServeTcp(mesh.BetaApp, 3306, EchoAsync);
        await using var tcp = await mesh.ConnectAsync($"{IstioResources.DbVip}:3306", Cancel);
        Assert.Equal("one", await SayAsync(tcp, "one"));
        var client = mesh.Client();
        var connection = await client.GetStringAsync("http://beta.demo:8000/", Cancel);

        var signed = mesh.Control.Signatures;
        await TestMesh.UntilAsync(() => mesh.Control.Signatures >= signed + 4, Cancel);

        Assert.Equal("two", await SayAsync(tcp, "two"));
        Assert.Equal(connection, await client.GetStringAsync("http://beta.demo:8000/", Cancel));
        await using var fresh = await mesh.ConnectAsync($"{IstioResources.DbVip}:3306", Cancel);
        Assert.Equal("new", await SayAsync(fresh, "new"));
    }

    private static async Task EchoAsync(Stream stream)
    {
        var buffer = new byte[64];
        int read;
        while ((read = await stream.ReadAsync(buffer, Cancel)) > 0)
        {
            await stream.WriteAsync(buffer.AsMemory(0, read), Cancel);
        }
    }

    private static async Task<string> SayAsync(Stream stream, string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        await stream.WriteAsync(bytes, Cancel);
        await stream.ReadExactlyAsync(bytes, Cancel);
        return Encoding.ASCII.GetString(bytes);
    }
}
