using System.Collections.Immutable;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Weft.ApiServer;
using Weft.ApiServer.Storage;
using Weft.Console;
using Weft.Console.Traces;
using Weft.Demos.Hosting;
using Weft.Host.Commands;
using Weft.Host.Composition.Launchers;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Watching;
using Weft.Observability.Metrics;
using Weft.Observability.Metrics.Embedded;
using Weft.Observability.Traces;
using Weft.Observability.Traces.Jaeger;
using Weft.Runtime;
using Weft.Runtime.Network;

namespace Weft.Host.Composition;

/// <summary>
/// A whole mesh in this process. The order of <see cref="StartAsync"/>: objects, metrics, traces and the console over them, so that a page is served at once;
/// then the node, which takes up what runs (the control plane among it), then the demo. Parts meet on the wire.
/// </summary>
internal sealed class EmbeddedMesh : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _owned = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ILoggerFactory _loggers;
    private readonly TimeProvider _time = TimeProvider.System;

    private EmbeddedMesh(ILoggerFactory loggers) => _loggers = loggers;

    public Uri ConsoleAddress { get; private set; } = null!; // set before StartAsync returns

    public string Kubeconfig { get; private set; } = "";

    /// <exception cref="StartException">A port is taken, or the state folder cannot be used.</exception>
    public static async Task<EmbeddedMesh> StartAsync(UpOptions options, IReadOnlyList<DemoScenario> scenarios, Action<string> report, CancellationToken cancellationToken)
    {
        var mesh = new EmbeddedMesh(HostLoggers.Create());
        try
        {
            await mesh.StartPartsAsync(options, scenarios, report, cancellationToken);
            return mesh;
        }
        catch
        {
            await mesh.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        while (_owned.TryPop(out var part))
        {
            await part.DisposeAsync();
        }

        _stop.Dispose();
        _loggers.Dispose();
    }

    private async Task StartPartsAsync(UpOptions options, IReadOnlyList<DemoScenario> scenarios, Action<string> report, CancellationToken cancellationToken)
    {
        await options.Ports.RequireFreeAsync(_time, cancellationToken);
        var state = StateFolder.Open(options.State);
        _owned.Push(new Owned(state));
        var logs = new NodeLogs(_time);
        var commands = new NodeCommands();
        var injection = new SidecarInjection();

        report("API server");
        var apiServer = await StartApiServerAsync(options, state, logs, commands, injection, cancellationToken);
        var kube = new KubeClient(Weft.Kubernetes.Client.Kubeconfig.Load(Kubeconfig).ToOptions());
        _owned.Push(new Owned(kube));
        injection.Connect(kube);
        Run(new RemovedKindDefinitions(kube, _loggers.CreateLogger<RemovedKindDefinitions>()).RunAsync(_stop.Token));
        await Manifests.CreateMissingAsync(kube, Manifests.IstioSystem(), cancellationToken);

        report("metrics and traces");
        var prometheus = await EmbeddedStores.StartMetricsAsync(options.Ports, _time, _loggers, cancellationToken);
        _owned.Push(prometheus);
        Follow(kube, prometheus);
        _owned.Push(await EmbeddedStores.StartTracesAsync(options.Ports, _time, _loggers, cancellationToken));

        report("console");
        await StartConsoleAsync(options, kube, cancellationToken);

        report("node and control plane");
        var node = await StartNodeAsync(options, scenarios, state, kube, cancellationToken);
        logs.Connect(node.Logs);
        commands.Connect(node.Commands);

        foreach (var scenario in scenarios)
        {
            report($"demo {scenario.Name}");
            await Manifests.CreateMissingAsync(kube, scenario.Manifests(options.InMesh), cancellationToken);
        }
    }

    private async Task<ApiServerHost> StartApiServerAsync(UpOptions options, StateFolder state, NodeLogs logs, NodeCommands commands, SidecarInjection injection, CancellationToken cancellationToken)
    {
        try
        {
            var apiServer = await ApiServerHost.StartAsync(
                new ApiServerOptions
                {
                    Listen = MeshPorts.Loopback(options.Ports.ApiServer),
                    StateFolder = state.Path,
                    ServiceNetwork = new IPNetwork(new IPAddress([127, state.Block, 128, 0]), 18),
                    MutatingAdmission = [injection],
                    ValidatingAdmission = [new IstioValidation()],
                    PodLogs = logs,
                    PodStreams = commands,
                    TimeProvider = _time,
                    LoggerFactory = _loggers,
                },
                cancellationToken);
            _owned.Push(apiServer);
            Kubeconfig = apiServer.KubeconfigPath;
            return apiServer;
        }
        catch (StateDamagedException error)
        {
            throw new StartException(error.Message, ExitCodes.DataError, error);
        }
    }

    /// <summary>The node runs what the objects say, in a world whose hosts outside the mesh are those of the scenarios.</summary>
    private async Task<EmbeddedNode> StartNodeAsync(UpOptions options, IReadOnlyList<DemoScenario> scenarios, StateFolder state, KubeClient kube, CancellationToken cancellationToken)
    {
        var outside = new ExternalWorld(state.Block, _time, _loggers);
        _owned.Push(outside);
        outside.Run(scenarios.SelectMany(scenario => scenario.ExternalHosts));
        var node = await EmbeddedNode.StartAsync(NodeOptions(options, state, kube, outside), cancellationToken);
        _owned.Push(node);
        return node;
    }

    private RuntimeOptions NodeOptions(UpOptions options, StateFolder state, KubeClient kube, ExternalWorld outside)
    {
        var controlPlane = new ControlPlaneLauncher(kube, options.Ports, _time);
        var sidecars = new SidecarLauncher(new Uri($"https://127.0.0.1:{options.Ports.XdsTls}"), controlPlane.Roots, outside, _time);
        return new RuntimeOptions
        {
            Client = kube,
            Network = new NetworkBlock(state.Block),
            Launchers = [sidecars, controlPlane, new PartLauncher(Parts(options.Ports)), new DemoLauncher(outside.Trust, _time)],
            LoadBalancer = options.Ports.LoadBalancer,
            ExternalHosts = outside.Addresses,
            ExternalRoots = [outside.Root],
            LogFolder = state.LogFolder,
            Time = _time,
            Loggers = _loggers,
        };
    }

    private static ImmutableDictionary<string, ImmutableArray<(int PodPort, int Port)>> Parts(MeshPorts ports) =>
        ImmutableDictionary.CreateRange<string, ImmutableArray<(int, int)>>(
        [
            new("weft/prometheus", [(9090, ports.Prometheus)]),
            new("weft/console", [(20001, ports.Console), (9090, ports.ConsoleMetrics)]),
            new("weft/tracing", [(16686, ports.Traces), (3200, ports.Tempo), (4317, ports.OtlpGrpc), (4318, ports.OtlpHttp), (9411, ports.Zipkin)]),
        ]);

    /// <summary>Keeps the scrape targets those of the running pods.</summary>
    private void Follow(KubeClient kube, EmbeddedPrometheus prometheus)
    {
        var pods = new Reflector<Pod>(kube, KubeResources.Pods, new ReflectorOptions(), _loggers.CreateLogger("Weft.Host.ScrapeTargets"));
        Run(pods.RunAsync(_stop.Token));
        Run(PodScrapeTargets.FollowAsync(pods, prometheus, _stop.Token));
    }

    private async Task StartConsoleAsync(UpOptions options, KubeClient kube, CancellationToken cancellationToken)
    {
        var http = new HttpClient();
        _owned.Push(new Owned(http));
        var console = new WeftConsole(new ConsoleOptions
        {
            Kubernetes = kube,
            Prometheus = new PrometheusClient(http, new PrometheusClientOptions { Endpoint = new Uri($"http://127.0.0.1:{options.Ports.Prometheus}") }, _time),
            Tracing = TracingOf(http, new Uri($"http://127.0.0.1:{options.Ports.Traces}")),
            Version = typeof(EmbeddedMesh).Assembly.GetName().Version?.ToString(3) ?? "0.0.0",
            Time = _time,
            Loggers = _loggers,
            Health = options.Console.Health,
            Settings = options.Console,
            Outside = http,
        });
        Run(console.RunAsync(_stop.Token));
        _owned.Push(await ConsoleMetricsWeb.StartAsync(console, MeshPorts.Loopback(options.Ports.ConsoleMetrics), _loggers, cancellationToken));
        WebApplication web = await ConsoleWeb.StartAsync(console, new ConsoleWebOptions { Listen = MeshPorts.Loopback(options.Ports.Console) }, _loggers, cancellationToken);
        _owned.Push(web);
        ConsoleAddress = new Uri($"http://127.0.0.1:{options.Ports.Console}");
    }

    /// <summary>The console asks the embedded trace store as it would ask a real Jaeger.</summary>
    private TracingOptions TracingOf(HttpClient http, Uri jaeger) => new()
    {
        Source = new JaegerClient(http, new TraceClientOptions { Endpoint = jaeger }, _time),
        InternalUrl = jaeger,
    };

    /// <summary>Background work that ends with the mesh, before what it uses.</summary>
    private void Run(Task work) => _owned.Push(new Awaited(work));

    private sealed class Awaited(Task work) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private sealed class Owned(IDisposable part) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            part.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
