using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Weft.Observability.Metrics.Embedded;

/// <summary>Exposes a body that may change, at a free port.</summary>
internal sealed class ExpositionServer : IAsyncDisposable
{
    private readonly WebApplication _web;
    private volatile byte[] _body;

    private ExpositionServer(WebApplication web, byte[] body)
    {
        _web = web;
        _body = body;
    }

    public byte[] Body
    {
        get => _body;
        set => _body = value;
    }

    public Uri Address => new(_web.Urls.Single() + "/metrics");

    public static async Task<ExpositionServer> StartAsync(string body, string contentType = "text/plain; version=0.0.4")
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        var web = builder.Build();
        var server = new ExpositionServer(web, Encoding.UTF8.GetBytes(body));
        web.UseRouting();
        web.MapGet("/metrics", context =>
        {
            context.Response.ContentType = contentType;
            return context.Response.Body.WriteAsync(server._body, context.RequestAborted).AsTask();
        });
        await web.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public ValueTask DisposeAsync() => _web.DisposeAsync();
}
