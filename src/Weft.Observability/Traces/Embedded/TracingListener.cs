using System.Collections.Immutable;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Weft.Observability.Http;

namespace Weft.Observability.Traces.Embedded;

/// <summary>One API of the trace store on its addresses. APIs do not share a listener: their paths overlap.</summary>
internal sealed class TracingListener : IAsyncDisposable
{
    private readonly WebApplication _web;

    private TracingListener(WebApplication web)
    {
        _web = web;
        // Kestrel puts this feature there when it has bound its addresses.
        Addresses = [.. web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(static address => new Uri(address))];
    }

    public ImmutableArray<Uri> Addresses { get; }

    public static async Task<TracingListener> StartAsync(
        ImmutableArray<IPEndPoint> at, HttpProtocols protocols, EmbeddedTracingOptions options, Action<IEndpointRouteBuilder> map, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, at, protocols, options.MaxReportBytes));
        builder.Services.AddRoutingCore();
        builder.Services.AddGzipAnswers();
        builder.Services.AddSingleton(options.LoggerFactory);
        var web = builder.Build();
        web.UseResponseCompression();
        web.UseRouting();
        map(web);
        try
        {
            await web.StartAsync(cancellationToken);
            return new TracingListener(web);
        }
        catch
        {
            await web.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _web.StopAsync(CancellationToken.None);
        await _web.DisposeAsync();
    }

    private static void Configure(KestrelServerOptions kestrel, ImmutableArray<IPEndPoint> at, HttpProtocols protocols, int maxBytes)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = maxBytes;
        foreach (var address in at)
            kestrel.Listen(address, listen => listen.Protocols = protocols);
    }
}
