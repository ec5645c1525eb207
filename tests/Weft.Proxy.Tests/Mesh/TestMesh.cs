using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Weft.Proxy.Bootstrap;

namespace Weft.Proxy.Mesh;

/// <summary>Two sidecars, alpha and beta, with an application each, under one control plane. Addresses are this instance's own.</summary>
public sealed class TestMesh : IAsyncDisposable
{
    /// <summary>A name outside the mesh that stands for both applications' addresses.</summary>
    public const string OutsideHost = "outside.example";

    private readonly List<IAsyncDisposable> _owned = [];

    private TestMesh(TestControlPlane control, string network)
    {
        Control = control;
        AlphaAddress = $"{network}.1";
        BetaAddress = $"{network}.2";
        AlphaApp = $"{network}.65";
        BetaApp = $"{network}.66";
    }

    public TestControlPlane Control { get; }

    public TimeSpan DrainTime { get; private init; }

    /// <summary>ProxyConfig.drainDuration of both sidecars.</summary>
    public string ListenerDrain { get; private init; } = "45s";

    public string AlphaAddress { get; }

    public string BetaAddress { get; }

    public string AlphaApp { get; }

    public string BetaApp { get; }

    public string AlphaNode => $"sidecar~{AlphaAddress}~alpha-v1-0.demo~demo.svc.cluster.local";

    public string BetaNode => $"sidecar~{BetaAddress}~beta-v1-0.demo~demo.svc.cluster.local";

    public SidecarProxy Alpha { get; private set; } = null!;

    public SidecarProxy Beta { get; private set; } = null!;

    public ConcurrentQueue<string> Log { get; } = new();

    /// <param name="serve">The application of beta on 8080; null where something else serves there.</param>
    /// <param name="change">Changes the resources (by kind, as JSON) before they are served.</param>
    public static async Task<TestMesh> StartAsync(RequestDelegate? serve, CancellationToken cancellationToken, Action<string, JsonArray>? change = null, HttpProtocols protocols = HttpProtocols.Http1, TimeSpan? drainTime = null, string? network = null, TimeSpan? certificateLife = null, string listenerDrain = "45s", bool hasIntermediate = false)
    {
        network ??= $"127.{Random.Shared.Next(130, 250)}.{Random.Shared.Next(0, 255)}";
        var mesh = new TestMesh(await TestControlPlane.StartAsync(), network) { DrainTime = drainTime ?? TimeSpan.FromMilliseconds(200), ListenerDrain = listenerDrain };
        mesh.Control.CertificateLife = certificateLife ?? mesh.Control.CertificateLife;
        mesh.Control.HasIntermediate = hasIntermediate;
        mesh.Publish(change);
        if (serve is not null)
        {
            await mesh.ServeHttpAsync(mesh.BetaApp, 8080, serve, protocols);
        }

        mesh.Alpha = await mesh.StartProxyAsync("alpha", mesh.AlphaNode, mesh.AlphaAddress, mesh.AlphaApp, cancellationToken);
        mesh.Beta = await mesh.StartProxyAsync("beta", mesh.BetaNode, mesh.BetaAddress, mesh.BetaApp, cancellationToken);
        await UntilAsync(() => mesh.Alpha.IsReady && mesh.Beta.IsReady, cancellationToken);
        return mesh;
    }

    public void Publish(Action<string, JsonArray>? change)
    {
        Control.Set(AlphaNode, IstioResources.Create(AlphaAddress, BetaAddress, change));
        Control.Set(BetaNode, IstioResources.Create(AlphaAddress, BetaAddress, change));
    }

    /// <summary>An HTTP client of alpha's application: through SOCKS5, names resolved by the sidecar.</summary>
    public HttpClient Client(string scheme = "socks5")
    {
        return Client(AlphaAddress, scheme);
    }

    /// <summary>The same through a sidecar of any address.</summary>
    public HttpClient Client(string sidecar, string scheme)
    {
        var handler = new SocketsHttpHandler { Proxy = new WebProxy($"{scheme}://{sidecar}:15001"), UseProxy = true };
        var client = new HttpClient(handler);
        _owned.Add(new Disposal(client));
        return client;
    }

    /// <summary>A client that knows of no proxy.</summary>
    public HttpClient Direct()
    {
        var client = new HttpClient();
        _owned.Add(new Disposal(client));
        return client;
    }

    /// <summary>A client whose connections are tunnelled by CONNECT to one destination, as a transparent capture would bring them.</summary>
    public HttpClient Tunnel(string destination)
    {
        var handler = new SocketsHttpHandler { ConnectCallback = async (_, cancellationToken) => await ConnectAsync(destination, cancellationToken) };
        var client = new HttpClient(handler);
        _owned.Add(new Disposal(client));
        return client;
    }

    /// <summary>A connection of alpha's application to a destination, by HTTP CONNECT.</summary>
    public async Task<NetworkStream> ConnectAsync(string destination, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(AlphaAddress), 15001), cancellationToken);
        var stream = new NetworkStream(socket, ownsSocket: true);
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"CONNECT {destination} HTTP/1.1\r\n\r\n"), cancellationToken);
        var answer = new byte["HTTP/1.1 200 OK\r\n\r\n".Length];
        await stream.ReadExactlyAsync(answer, cancellationToken);
        return stream;
    }

    public async Task ServeHttpAsync(string address, int port, RequestDelegate serve, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Limits.MaxRequestBodySize = null;
            options.Listen(IPAddress.Parse(address), port, listen => listen.Protocols = protocols);
        });
        var app = builder.Build();
        app.UseWebSockets();
        app.Run(serve);
        await app.StartAsync();
        _owned.Add(app);
    }

    public void ServeTcp(string address, int port, Func<NetworkStream, Task> serve)
    {
        var listener = new TcpListener(IPAddress.Parse(address), port);
        listener.Start();
        _ = Task.Run(async () =>
        {
            while (true)
            {
                try
                {
                    var client = await listener.AcceptTcpClientAsync();
                    _ = Task.Run(async () =>
                    {
                        using (client)
                        {
                            await serve(client.GetStream());
                        }
                    });
                }
                catch (Exception error) when (error is ObjectDisposedException or SocketException)
                {
                    return;
                }
            }
        });
        _owned.Add(new Disposal(listener));
    }

    /// <summary>The metrics page of a sidecar.</summary>
    public static async Task<string> MetricsAsync(string address, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        return await client.GetStringAsync($"http://{address}:15020/stats/prometheus", cancellationToken);
    }

    /// <summary>Waits for one sample with all these labels to be more than zero, and returns it.</summary>
    public static async Task<double> SampleAsync(string address, string metric, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        var value = double.NaN;
        await UntilAsync(
            async () =>
            {
                var line = (await MetricsAsync(address, cancellationToken)).Split('\n')
                    .FirstOrDefault(line => line.StartsWith(metric + "{", StringComparison.Ordinal) && labels.All(label => line.Contains($"{label.Key}=\"{label.Value}\"")));
                value = line is null ? double.NaN : double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
                return value > 0;
            },
            cancellationToken);
        return value;
    }

    public static Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken) => UntilAsync(() => Task.FromResult(condition()), cancellationToken);

    /// <summary>Waits for what must come true by itself; the limit only keeps a broken proxy from hanging the tests.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        while (!await condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in Enumerable.Reverse(_owned))
        {
            await owned.DisposeAsync();
        }

        await Control.DisposeAsync();
    }

    public async Task<SidecarProxy> StartProxyAsync(string name, string nodeId, string address, string application, CancellationToken cancellationToken, string probes = "")
    {
        var proxy = await SidecarProxy.StartAsync(
            new ProxyBootstrap
            {
                NodeId = nodeId,
                NodeCluster = $"{name}.demo",
                Metadata = JsonNode.Parse($$"""
                    {"NAME":"{{name}}-v1-0","NAMESPACE":"demo","WORKLOAD_NAME":"{{name}}-v1","CLUSTER_ID":"Kubernetes","MESH_ID":"cluster.local","SERVICE_ACCOUNT":"{{name}}","ISTIO_VERSION":"1.30.1","PROXY_CONFIG":{"drainDuration":"{{ListenerDrain}}"},
                     "LABELS":{"app":"{{name}}","version":"v1","service.istio.io/canonical-name":"{{name}}","service.istio.io/canonical-revision":"v1"} }
                    """)!.AsObject(),
                InstanceAddress = IPAddress.Parse(address),
                ApplicationAddress = IPAddress.Parse(application),
                DiscoveryAddress = Control.Address,
                CertificateAuthorityAddress = Control.Address,
                LogSink = Log.Enqueue,
                ExternalHosts = ImmutableDictionary<string, ImmutableArray<IPAddress>>.Empty.Add(OutsideHost, [IPAddress.Parse(AlphaApp), IPAddress.Parse(BetaApp)]),
                DrainTime = DrainTime,
                ApplicationProbes = probes,
            },
            cancellationToken);
        _owned.Add(proxy);
        return proxy;
    }

    private sealed class Disposal(IDisposable target) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            target.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
