using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Weft.Api;
using Weft.Benchmarks.Graph;
using Weft.Console;
using Weft.Console.Inventory;
using Weft.Kubernetes.Client;
using Weft.Observability.Metrics;

namespace Weft.Benchmarks.Viewers;

/// <summary>The REST API on loopback: the cluster as it was read is given; the metrics store is one that answers from memory, or a real one.</summary>
internal sealed class BenchConsole : IAsyncDisposable
{
    private readonly HttpClient _metrics;
    private readonly KubeClient _kubernetes = new(new KubeClientOptions { Server = new Uri("http://127.0.0.1:1") });
    private readonly WebApplication _web;

    private readonly Func<MeshInventory> _read;

    private BenchConsole(Func<MeshInventory> read, HttpClient metrics, Uri prometheus)
    {
        _read = read;
        _metrics = metrics;
        Console = new WeftConsole(new ConsoleOptions
        {
            Kubernetes = _kubernetes,
            Prometheus = new PrometheusClient(_metrics, new PrometheusClientOptions { Endpoint = prometheus }, TimeProvider.System),
            Version = "0.1.0",
        });
        Publish();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddWeftApi(Console);
        _web = builder.Build();
        _web.MapWeftApi();
    }

    public WeftConsole Console { get; }

    public HttpClient Client { get; private set; } = null!; // Set by StartAsync.

    public static Task<BenchConsole> StartAsync(SyntheticMesh mesh) =>
        StartAsync(() => mesh.Inventory, new HttpClient(mesh, disposeHandler: false), new Uri("http://synthetic"));

    /// <summary>Over a real Prometheus.</summary>
    public static Task<BenchConsole> StartAsync(MeshInventory mesh, Uri prometheus) => StartAsync(() => mesh, new HttpClient(), prometheus);

    private static async Task<BenchConsole> StartAsync(Func<MeshInventory> read, HttpClient metrics, Uri prometheus)
    {
        var console = new BenchConsole(read, metrics, prometheus);
        await console._web.StartAsync();
        console.Client = new HttpClient { BaseAddress = new Uri(console._web.Urls.First()) };
        return console;
    }

    /// <summary>The cluster has been read anew: what was made of it before is not given to anybody any more.</summary>
    public void Publish() => Console.Inventory.Publish(_read() with { Cluster = MeshInventory.Empty.Cluster });

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _web.DisposeAsync();
        _metrics.Dispose();
        _kubernetes.Dispose();
    }
}
