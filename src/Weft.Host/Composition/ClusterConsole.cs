using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Weft.Api.Access;
using Weft.Console;
using Weft.Console.Proxies;
using Weft.Console.Settings;
using Weft.Console.Traces;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.PortForward;
using Weft.Observability.Metrics;
using Weft.Observability.Traces;
using Weft.Observability.Traces.Jaeger;
using Weft.Observability.Traces.Tempo;

namespace Weft.Host.Composition;

/// <summary>What the user asked of <c>weft console</c>.</summary>
internal sealed record ClusterConsoleOptions
{
    public required KubeClientOptions Cluster { get; init; }

    /// <summary>This process is a pod of the cluster, and reaches its Services by their names.</summary>
    public bool IsInCluster { get; init; }

    public required BackendAddress Prometheus { get; init; }

    /// <summary>Null: there is no tracing.</summary>
    public BackendAddress? Tracing { get; init; }

    /// <summary><c>jaeger</c> or <c>tempo</c>.</summary>
    public string TracingProvider { get; init; } = "jaeger";

    public Uri? TracingPages { get; init; }

    public required string IstioNamespace { get; init; }

    /// <summary>Null: as istiod calls it.</summary>
    public string? ClusterName { get; init; }

    public required IPEndPoint Listen { get; init; }

    /// <summary>Where the console's own metrics are served; null: nowhere.</summary>
    public IPEndPoint? Metrics { get; init; }

    public required AccessStrategy Access { get; init; }

    /// <summary>What the configuration file says beyond that.</summary>
    public ConsoleSettings Settings { get; init; } = ConsoleSettings.Default;
}

/// <summary>
/// The console of a mesh that runs elsewhere. It lists and watches through the API server, reads logs there, and forwards ports to proxies, to the
/// control plane and (where they have no address of their own) to the stores. It writes no object; a log level goes to the proxy itself.
/// </summary>
internal sealed class ClusterConsole : IAsyncDisposable
{
    private readonly Stack<IDisposable> _owned = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ILoggerFactory _loggers;
    private readonly ClusterConsoleOptions _options;
    private readonly List<WebApplication> _webs = [];
    private Task _console = Task.CompletedTask;

    private ClusterConsole(ClusterConsoleOptions options, ILoggerFactory loggers) => (_options, _loggers) = (options, loggers);

    /// <exception cref="KubernetesApiException">The cluster cannot be reached.</exception>
    /// <exception cref="StartException">The port is taken.</exception>
    public static async Task<ClusterConsole> StartAsync(ClusterConsoleOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var console = new ClusterConsole(options, loggers);
        try
        {
            await console.StartPartsAsync(cancellationToken);
            return console;
        }
        catch
        {
            await console.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var web in _webs)
        {
            await web.DisposeAsync();
        }

        await _console.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (_owned.TryPop(out var part))
        {
            part.Dispose();
        }

        _stop.Dispose();
    }

    private async Task StartPartsAsync(CancellationToken cancellationToken)
    {
        var kube = Owned(new KubeClient(_options.Cluster));
        // Better one clear word now than pages that wait for ever.
        await kube.GetRawAsync("version", cancellationToken);
        var direct = Owned(new HttpClient());
        var forwarded = Owned(new HttpClient(new ClusterDialer(kube).CreateHandler()));
        var console = new WeftConsole(new ConsoleOptions
        {
            Kubernetes = kube,
            Prometheus = Prometheus(direct, forwarded),
            Tracing = Tracing(direct, forwarded),
            Cluster = _options.ClusterName ?? await ControlPlaneCluster.ReadNameAsync(kube, _options.IstioNamespace, cancellationToken),
            ControlPlaneNamespace = _options.IstioNamespace,
            Pods = PodHttp.ThroughApiServer(kube),
            Version = typeof(ClusterConsole).Assembly.GetName().Version?.ToString(3) ?? "0.0.0",
            Loggers = _loggers,
            Health = _options.Settings.Health,
            Settings = _options.Settings,
            Outside = direct,
        });
        _console = console.RunAsync(_stop.Token);
        var web = new ConsoleWebOptions { Listen = _options.Listen, Access = _options.Access };
        _webs.Add(await ConsoleWeb.StartAsync(console, web, _loggers, cancellationToken));
        if (_options.Metrics is { } metrics)
        {
            _webs.Add(await ConsoleMetricsWeb.StartAsync(console, metrics, _loggers, cancellationToken));
        }
    }

    private PrometheusClient Prometheus(HttpClient direct, HttpClient forwarded)
    {
        var endpoint = _options.Prometheus.Resolve(_options.IsInCluster, out var isForwarded);
        return new PrometheusClient(isForwarded ? forwarded : direct, new PrometheusClientOptions { Endpoint = endpoint, Headers = _options.Settings.PrometheusHeaders }, TimeProvider.System);
    }

    private TracingOptions? Tracing(HttpClient direct, HttpClient forwarded)
    {
        if (_options.Tracing is not { } address)
        {
            return null;
        }

        var endpoint = address.Resolve(_options.IsInCluster, out var isForwarded);
        var (http, client) = (isForwarded ? forwarded : direct, new TraceClientOptions { Endpoint = endpoint, Headers = _options.Settings.Tracing.Headers });
        return new TracingOptions
        {
            Source = _options.TracingProvider == "tempo" ? new TempoClient(http, client, TimeProvider.System) : new JaegerClient(http, client, TimeProvider.System),
            InternalUrl = endpoint,
            ExternalUrl = _options.TracingPages,
            QueryScope = _options.Settings.Tracing.QueryScope,
            NamespaceSelector = _options.Settings.Tracing.NamespaceSelector,
            WhiteListIstioSystem = _options.Settings.Tracing.WhiteListIstioSystem,
        };
    }

    private T Owned<T>(T part)
        where T : IDisposable
    {
        _owned.Push(part);
        return part;
    }
}
