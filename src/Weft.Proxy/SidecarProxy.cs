using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Weft.Proxy.Admin;
using Weft.Proxy.Bootstrap;
using Weft.Proxy.Filters;
using Weft.Proxy.Filters.Network;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Listeners;
using Weft.Proxy.Stats;
using Weft.Proxy.Subscriptions;
using Weft.Proxy.Tls;
using Weft.Xds.Grpc;

namespace Weft.Proxy;

/// <summary>
/// A running sidecar or gateway: ports bound on the pod's address, a certificate of its own, one subscription to the control plane.
/// Many can run in one process. Disposing drains: no new connections, those in flight get the drain time.
/// </summary>
public sealed class SidecarProxy : IAsyncDisposable
{
    private readonly ProxyContext _context;
    private readonly ConfigPublisher _publisher;
    private readonly AdsSubscription _subscription;
    private readonly CertificateSource? _certificates;
    private readonly GrpcClient _discovery;
    private readonly GrpcClient? _authority;
    private readonly HttpServer _http;
    private readonly RequestPipeline _requests;
    private readonly ProxyPipeline _pipeline;
    private readonly AdminServer _admin;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly BoundPorts _ports;
    private Task _background = Task.CompletedTask;
    private int _disposed;

    private SidecarProxy(ProxyBootstrap given)
    {
        var loggers = new ProxyLoggers(given.LoggerFactory, given.LogSink);
        var bootstrap = given with { LoggerFactory = loggers };
        _logger = bootstrap.LoggerFactory.CreateLogger<SidecarProxy>();
        var node = new LocalNode(bootstrap);
        var secrets = new SecretStore(bootstrap.ExternalRoots);
        var config = new ConfigSource();
        var builder = new ConfigBuilder(bootstrap.TimeProvider, secrets, node.Clusters);
        var names = new NameResolver(node, config, bootstrap.ExternalHosts);
        _publisher = new ConfigPublisher(builder, config, names, bootstrap.TimeProvider);
        _context = new ProxyContext
        {
            Bootstrap = bootstrap,
            Node = node,
            Config = config,
            Secrets = secrets,
            Connector = new UpstreamConnector(bootstrap.InstanceAddress, bootstrap.ApplicationAddress, secrets, bootstrap.TimeProvider),
            Peers = new PeerDirectory(),
            Metrics = new IstioMetrics(node.Workload, HistogramBounds.Of(bootstrap.Metadata)),
            Stats = new ProxyStats(),
        }.WithClients();
        _discovery = Client(bootstrap, bootstrap.DiscoveryAddress);
        _subscription = new AdsSubscription(
            _discovery, node.XdsNode, builder, _publisher, _context.Stats, bootstrap.TimeProvider, bootstrap.LoggerFactory.CreateLogger<AdsSubscription>());
        if (bootstrap.CertificateAuthorityAddress is { } authority)
        {
            _authority = Client(bootstrap, authority);
            _certificates = new CertificateSource(_authority, secrets, SpiffeId(bootstrap), bootstrap.TimeProvider, bootstrap.LoggerFactory.CreateLogger<CertificateSource>());
        }

        _http = new HttpServer(bootstrap.TimeProvider, new RefusedRequests(_context));
        _requests = new RequestPipeline(_context, names);
        var ready = Task.WhenAll(config.Initialized, _certificates is null ? Task.CompletedTask : secrets.Obtained);
        _pipeline = new ProxyPipeline(_context, _http, names, new StartGate(ready, bootstrap.TimeProvider));
        _ports = new BoundPorts(_context, _pipeline, bootstrap.LoggerFactory);
        _admin = new AdminServer(_context, _subscription, new ProxyControls(_context.Lifecycle, loggers, () => IsReady, _ports.StopAccepting, Quit));
    }

    /// <summary>Ends when the proxy has stopped.</summary>
    public Task Completion => _completion.Task;

    /// <summary>The control plane's configuration is in force, and the workload certificate is there if one is wanted (readiness on 15021).</summary>
    public bool IsReady => _context.Config.Current.IsInitialized && (_certificates is null || _context.Secrets.Current is not null) && Volatile.Read(ref _disposed) == 0;

    /// <summary>Binds the sidecar's own ports and begins to follow the control plane, which need not be there yet.</summary>
    /// <exception cref="SocketException">A port of the sidecar is taken.</exception>
    public static async Task<SidecarProxy> StartAsync(ProxyBootstrap bootstrap, CancellationToken cancellationToken)
    {
        var proxy = new SidecarProxy(bootstrap);
        try
        {
            await proxy.BeginAsync(cancellationToken);
            return proxy;
        }
        catch
        {
            await proxy.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops accepting, lets requests in flight end within the drain time, then closes everything.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            await _completion.Task;
            return;
        }

        await _stop.CancelAsync();
        await _background;
        await DrainAsync();
        await _http.DisposeAsync();
        await _context.Mirror.DisposeAsync();
        await _context.Spans.DisposeAsync();
        await _context.Logs.DisposeAsync();
        await _admin.DisposeAsync();
        await _publisher.DisposeAsync();
        _discovery.Dispose();
        _authority?.Dispose();
        _stop.Dispose();
        _completion.TrySetResult();
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        await _http.StartAsync(_requests.ServeAsync);
        await _admin.StartAsync(cancellationToken);
        _ports.BindOwn();
        _context.Config.OnPublished(_ports.FollowAsync);
        _context.Stats.SetLive();
        _background = Task.WhenAll(
            Task.Run(() => _subscription.RunAsync(_stop.Token), CancellationToken.None),
            _certificates is null ? Task.CompletedTask : Task.Run(() => RunCertificatesAsync(_certificates), CancellationToken.None));
    }

    private async Task RunCertificatesAsync(CertificateSource certificates)
    {
        try
        {
            await certificates.RunAsync(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The end.
        }
    }

    // Whoever waits for Completion learns of the end.
    private void Quit() => _ = Task.Run(async () => await DisposeAsync(), CancellationToken.None);

    private async Task DrainAsync()
    {
        _context.Lifecycle.IsDraining = true;
        _ports.StopAccepting();
        using var hard = new CancellationTokenSource(_context.Bootstrap.TerminationDrain, _context.Time);
        await Task.WhenAll(_ports.DrainAsync(), _http.StopAsync(hard.Token));
        await _ports.DisposeAsync();
    }

    private static GrpcClient Client(ProxyBootstrap bootstrap, Uri address) => new(new GrpcClientOptions
    {
        Address = address,
        RootCertificates = bootstrap.DiscoveryRoots,
        ServerName = address.Scheme == Uri.UriSchemeHttps ? bootstrap.DiscoveryServerName : null,
        BearerToken = bootstrap.BearerToken,
        Headers = new Dictionary<string, string> { ["clusterid"] = Metadata(bootstrap, "CLUSTER_ID", "Kubernetes") },
    });

    private static string SpiffeId(ProxyBootstrap bootstrap) =>
        $"spiffe://{Metadata(bootstrap, "MESH_ID", "cluster.local")}/ns/{Metadata(bootstrap, "NAMESPACE", "default")}/sa/{Metadata(bootstrap, "SERVICE_ACCOUNT", "default")}";

    private static string Metadata(ProxyBootstrap bootstrap, string key, string absent) =>
        bootstrap.Metadata[key] is { } value && value.GetValueKind() == System.Text.Json.JsonValueKind.String ? value.GetValue<string>() : absent;
}
