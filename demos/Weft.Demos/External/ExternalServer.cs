using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Weft.Demos.Hosting;

namespace Weft.Demos.External;

/// <summary>The listeners of an external host: HTTP on port 80, HTTPS on port 443 of each address.</summary>
internal static class ExternalServer
{
    private const byte TlsHandshake = 0x16;

    // What callers see whose sidecar goes to the TLS port before it is told to speak TLS.
    private const string Refusal = "This port speaks TLS, the request came in the clear.\n";
    private static readonly byte[] InTheClear = Encoding.ASCII.GetBytes(
        $"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: {Refusal.Length}\r\nConnection: close\r\n\r\n{Refusal}");

    public static Task ServeAsync(ExternalHost host, ExternalHostContext context, IExternalSite site, X509Certificate2 certificate, CancellationToken cancellationToken) =>
        DemoServer.ServeAsync(
            context.Time,
            options =>
            {
                foreach (var address in context.Addresses)
                {
                    options.Listen(new IPEndPoint(address, ExternalHost.PlainPort));
                    options.Listen(new IPEndPoint(address, ExternalHost.TlsPort), listener => Encrypt(listener, certificate));
                }
            },
            site.Map,
            () =>
            {
                context.Log($"{host.Name} listens on {string.Join(", ", context.Addresses)}, ports {ExternalHost.PlainPort} and {ExternalHost.TlsPort}");
                context.Listening();
            },
            cancellationToken);

    private static void Encrypt(ListenOptions listener, X509Certificate2 certificate)
    {
        listener.Use(next => connection => RefusePlainAsync(connection, next));
        listener.UseHttps(certificate);
    }

    private static async Task RefusePlainAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var input = connection.Transport.Input;
        var first = await input.ReadAsync(connection.ConnectionClosed);
        if (first.Buffer.IsEmpty || first.Buffer.FirstSpan[0] == TlsHandshake)
        {
            input.AdvanceTo(first.Buffer.Start);
            await next(connection);
            return;
        }

        input.AdvanceTo(first.Buffer.End);
        await connection.Transport.Output.WriteAsync(InTheClear, connection.ConnectionClosed);
    }
}
