using System.Collections.Immutable;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Weft.Observability.Http;
using Weft.Observability.Metrics.Embedded.Endpoints;

namespace Weft.Observability.Metrics.Embedded;

/// <summary>
/// A running metrics store: scrapes the targets it is given and serves the Prometheus HTTP API. Disposing stops the API, ends all
/// scrapes and forgets the samples.
/// </summary>
public sealed class EmbeddedPrometheus : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly MetricsStore _store;

    private EmbeddedPrometheus(WebApplication web, MetricsStore store)
    {
        _web = web;
        _store = store;
        // Kestrel puts this feature there when it has bound its addresses.
        var bound = web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        Address = new Uri(bound.Addresses.Single());
    }

    /// <summary>Where the API is, with the port that was taken.</summary>
    public Uri Address { get; }

    /// <summary>Starts; throws <see cref="IOException"/> when the endpoint is taken.</summary>
    public static async Task<EmbeddedPrometheus> StartAsync(EmbeddedPrometheusOptions options, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options.Listen));
        builder.Services.AddRoutingCore();
        builder.Services.AddGzipAnswers();
        builder.Services.AddSingleton(options.LoggerFactory);
        var web = builder.Build();
        var store = new MetricsStore(options);
        web.UseResponseCompression();
        web.UseRouting();
        web.MapPrometheusApi(store);
        try
        {
            await web.StartAsync(cancellationToken);
        }
        catch
        {
            await web.DisposeAsync();
            await store.DisposeAsync();
            throw;
        }

        return new EmbeddedPrometheus(web, store);
    }

    /// <summary>From now on exactly these targets are scraped. Series of targets that are gone end at once.</summary>
    public void SetTargets(ImmutableArray<ScrapeTarget> targets) => _store.Scraper.SetTargets(targets);

    public async ValueTask DisposeAsync()
    {
        await _web.StopAsync(CancellationToken.None);
        await _web.DisposeAsync();
        await _store.DisposeAsync();
    }

    private static void Configure(KestrelServerOptions kestrel, IPEndPoint listen)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 4 * 1024 * 1024;
        kestrel.Listen(listen);
    }
}
