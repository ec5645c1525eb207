using System.Collections.Immutable;
using System.Net;
using Weft.ApiServer;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;
using Weft.Runtime.Network;

namespace Weft.Runtime.Support;

/// <summary>An API server, a client of it and nodes for it, each test its own and with an address block of its own.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly ApiServerHost _server;
    private readonly List<EmbeddedNode> _nodes = [];
    private readonly string _folder;

    private TestCluster(ApiServerHost server, string folder, byte block)
    {
        _server = server;
        _folder = folder;
        Network = new NetworkBlock(block);
        Client = new KubeClient(new KubeClientOptions
        {
            Server = server.Address,
            CertificateAuthorities = [server.Authority],
            ClientCertificate = server.AdminCertificate,
        });
    }

    public KubeClient Client { get; }

    public NetworkBlock Network { get; }

    public TestLauncher Launcher { get; } = new();

    /// <summary>Requests as they are on the wire, as the administrator.</summary>
    public HttpClient CreateHttp()
    {
        var handler = new SocketsHttpHandler { SslOptions = { ClientCertificates = [_server.AdminCertificate], RemoteCertificateValidationCallback = static (_, presented, _, _) => presented is not null } };
        return new HttpClient(handler) { BaseAddress = _server.Address };
    }

    public string Kubeconfig => _server.KubeconfigPath;

    public string Folder => _folder;

    public static async Task<TestCluster> StartAsync(byte block)
    {
        var folder = Directory.CreateTempSubdirectory("weft-runtime-").FullName;
        var options = new ApiServerOptions
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            StateFolder = Path.Combine(folder, "state"),
            ServiceNetwork = new IPNetwork(new IPAddress([127, block, 128, 0]), 18),
        };
        return new TestCluster(await ApiServerHost.StartAsync(options, TestContext.Current.CancellationToken), folder, block);
    }

    public async Task<EmbeddedNode> StartNodeAsync(Func<RuntimeOptions, RuntimeOptions>? configure = null)
    {
        var options = new RuntimeOptions
        {
            Client = Client,
            Network = Network,
            Launchers = [Launcher],
            LogFolder = Path.Combine(_folder, "logs"),
            FirstRestartDelay = TimeSpan.FromMilliseconds(100),
            ShutdownGrace = TimeSpan.FromSeconds(1),
            Time = TimeProvider.System,
            Loggers = new TestLogs(),
        };
        var node = await EmbeddedNode.StartAsync(configure?.Invoke(options) ?? options, TestContext.Current.CancellationToken);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Waits until the object is as wanted; null means it is not there. Fails after a while, showing the last state.</summary>
    public async Task<T?> EventuallyAsync<T>(KubeResource<T> resource, string name, Func<T?, bool> wanted, string @namespace = "default")
        where T : class, IKubeObject
    {
        T? last = null;
        await Eventually.TrueAsync(
            async () => wanted(last = await Client.GetAsync(resource, @namespace, name, TestContext.Current.CancellationToken)),
            () => last is null ? $"no {name}" : UntypedObject.From(last).ToString());
        return last;
    }

    public async Task<ImmutableArray<Pod>> EventuallyPodsAsync(Func<ImmutableArray<Pod>, bool> wanted, string @namespace = "default")
    {
        ImmutableArray<Pod> last = [];
        await Eventually.TrueAsync(
            async () => wanted(last = [.. (await Client.ListAsync(KubeResources.Pods, @namespace, TestContext.Current.CancellationToken)).Items]),
            () => string.Join('\n', last.Select(pod => UntypedObject.From(pod).ToString())));
        return last;
    }

    public Task<T> CreateAsync<T>(KubeResource<T> resource, T item)
        where T : class, IKubeObject =>
        Client.CreateAsync(resource, item.Metadata.Namespace ?? "default", item, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
        Client.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Asks again and again until the answer is true.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> lastState)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(begin) > Limit)
                Assert.Fail($"It did not become so. Last state:\n{lastState()}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
