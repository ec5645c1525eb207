using Microsoft.Extensions.Logging;
using Weft.Runtime.Commands;
using Weft.Runtime.Controllers;
using Weft.Runtime.Controllers.DaemonSets;
using Weft.Runtime.Controllers.Deployments;
using Weft.Runtime.Controllers.EndpointSlices;
using Weft.Runtime.Controllers.Jobs;
using Weft.Runtime.Controllers.LoadBalancers;
using Weft.Runtime.Controllers.ReplicaSets;
using Weft.Runtime.Controllers.StatefulSets;
using Weft.Runtime.Images;
using Weft.Runtime.Logs;
using Weft.Runtime.Network;
using Weft.Runtime.Nodes;
using Weft.Runtime.Pods;

namespace Weft.Runtime;

/// <summary>
/// A Kubernetes node and the built-in controllers in this process: watches the API server and makes workloads, pods, endpoints and
/// service addresses real. Disposing stops all containers within the shutdown grace and leaves every object as it is, for the
/// next start to take up.
/// </summary>
public sealed partial class EmbeddedNode : IAsyncDisposable
{
    private readonly RuntimeOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _stopPods = new();
    private readonly HttpMessageInvoker _probeHttp;
    private readonly NodeAgent _agent;
    private readonly EventRecorder _events;
    private readonly ILogger _logger;
    private readonly Cluster _cluster;
    private readonly ContainerLogStore _logStore;
    private readonly ClusterNames _names;
    private Task _running = Task.CompletedTask;
    private Task _pods = Task.CompletedTask;
    private int _disposed;

    private EmbeddedNode(RuntimeOptions options)
    {
        _options = options;
        _logger = options.Loggers.CreateLogger<EmbeddedNode>();
        _cluster = new Cluster(options.Client.As(ComponentAgents.ControllerManager), options.Loggers.CreateLogger("Weft.Runtime.Watch"));
        _events = new EventRecorder(options.Client, options.Time, options.Loggers.CreateLogger<EventRecorder>());
        _probeHttp = ProbeHttp.Create();
        _logStore = new ContainerLogStore(options.LogFolder, options.Time);
        _names = new ClusterNames(_cluster.Services, _cluster.EndpointSlices, options.ExternalHosts);
        _agent = new NodeAgent(Services(), options.Loggers.CreateLogger<NodeAgent>());
        Logs = new PodLogs(_logStore);
        Commands = new PodCommands(_agent, _names, Logs, options.ExternalRoots, options.Time);
    }

    /// <summary>Reads the logs of the node's containers.</summary>
    public PodLogs Logs { get; }

    /// <summary>Runs commands in the node's containers.</summary>
    public PodCommands Commands { get; }

    /// <summary>Starts the node; returns when it has read the cluster's state, registered itself and begun to take up pods.</summary>
    public static async Task<EmbeddedNode> StartAsync(RuntimeOptions options, CancellationToken cancellationToken)
    {
        var node = new EmbeddedNode(options);
        try
        {
            await node.BeginAsync(cancellationToken);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Names as the pods of a namespace see them.</summary>
    public INameResolver NamesOf(string @namespace) => _names.For(@namespace);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        // The pods first, while what they lean on still works.
        await _stopPods.CancelAsync();
        await _pods;
        await _agent.StopAsync(_options.ShutdownGrace);
        await _stop.CancelAsync();
        await _running;
        _probeHttp.Dispose();
        _stopPods.Dispose();
        _stop.Dispose();
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        var stop = _stop.Token;
        var watching = GuardAsync("watch", _cluster.RunAsync, stop);
        _running = watching;
        await _cluster.WhenSyncedAsync(cancellationToken);
        var registration = new NodeRegistration(_options.Client.As(ComponentAgents.Kubelet), _options, _logger);
        await registration.RegisterAsync(cancellationToken);
        _pods = GuardAsync("pods", _agent.RunAsync, _stopPods.Token);
        _running = Task.WhenAll([watching, .. Loops(registration).Select(loop => GuardAsync(loop.Name, loop.RunAsync, stop))]);
    }

    /// <summary>Everything that runs beside the pods.</summary>
    private IEnumerable<(string Name, Func<CancellationToken, Task> RunAsync)> Loops(NodeRegistration registration)
    {
        var time = _options.Time;
        yield return ("events", _events.RunAsync);
        yield return ("node status", registration.RenewAsync);
        yield return ("services", new ServiceProxy(_cluster, _options.Network.NodeAddress, _options.LoadBalancer, time, Logger<ServiceProxy>()).RunAsync);
        yield return ("load balancers", new LoadBalancerController(_cluster, _options.LoadBalancer.Address, _events, time, Logger<LoadBalancerController>()).RunAsync);
        yield return ("endpoints", new EndpointController(_cluster, time, Logger<EndpointController>()).RunAsync);
        yield return ("replica sets", new ReplicaSetController(_cluster, _events, time, Logger<ReplicaSetController>()).RunAsync);
        yield return ("stateful sets", new StatefulSetController(_cluster, _events, time, Logger<StatefulSetController>()).RunAsync);
        yield return ("daemon sets", new DaemonSetController(_cluster, _events, _options.NodeName, time, Logger<DaemonSetController>()).RunAsync);
        yield return ("jobs", new JobController(_cluster, _events, time, Logger<JobController>()).RunAsync);
        yield return ("deployments", new DeploymentController(_cluster, _events, time, Logger<DeploymentController>()).RunAsync);
    }

    private ILogger Logger<T>() => _options.Loggers.CreateLogger<T>();

    private PodServices Services() => new()
    {
        NodeName = _options.NodeName,
        NodeAddress = _options.Network.NodeAddress,
        Cluster = _cluster,
        Client = _options.Client.As(ComponentAgents.Kubelet),
        Events = _events,
        Addresses = new PodAddresses(_options.Network),
        Names = _names,
        Images = new ImageCatalog([.. _options.Launchers, new ProcessLauncher(_options.Images, _options.Time)]),
        Logs = _logStore,
        ProbeHttp = _probeHttp,
        FirstRestartDelay = _options.FirstRestartDelay,
        LongestRestartDelay = _options.LongestRestartDelay,
        Time = _options.Time,
        Logger = Logger<PodWorker>(),
    };

    /// <summary>A loop that ends by itself has a bug; the others go on, so that what runs keeps running.</summary>
    private async Task GuardAsync(string loop, Func<CancellationToken, Task> run, CancellationToken stop)
    {
        try
        {
            await run(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The node stops.
        }
        catch (Exception failure)
        {
            LogLoopFailed(failure, loop);
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The node's loop for {Loop} has failed and does not run any more")]
    private partial void LogLoopFailed(Exception failure, string loop);
}
