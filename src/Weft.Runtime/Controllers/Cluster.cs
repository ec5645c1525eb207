using Microsoft.Extensions.Logging;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Watching;

namespace Weft.Runtime.Controllers;

/// <summary>The node's view of the cluster: one reflector for each kind that it works with.</summary>
internal sealed class Cluster
{
    private readonly List<Func<CancellationToken, Task>> _runs = [];
    private readonly List<Func<CancellationToken, Task>> _syncs = [];
    private readonly ILogger _logger;

    public Cluster(KubeClient client, ILogger logger)
    {
        Client = client;
        _logger = logger;
        Pods = Follow(KubeResources.Pods);
        Services = Follow(KubeResources.Services);
        EndpointSlices = Follow(KubeResources.EndpointSlices);
        Endpoints = Follow(KubeResources.Endpoints);
        Deployments = Follow(KubeResources.Deployments);
        ReplicaSets = Follow(KubeResources.ReplicaSets);
        StatefulSets = Follow(KubeResources.StatefulSets);
        DaemonSets = Follow(KubeResources.DaemonSets);
        Jobs = Follow(KubeResources.Jobs);
    }

    public KubeClient Client { get; }

    public ObjectCache<Pod> Pods { get; }

    public ObjectCache<Service> Services { get; }

    public ObjectCache<EndpointSlice> EndpointSlices { get; }

    public ObjectCache<Endpoints> Endpoints { get; }

    public ObjectCache<Deployment> Deployments { get; }

    public ObjectCache<ReplicaSet> ReplicaSets { get; }

    public ObjectCache<StatefulSet> StatefulSets { get; }

    public ObjectCache<DaemonSet> DaemonSets { get; }

    public ObjectCache<Job> Jobs { get; }

    /// <summary>Keeps all views up to date until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(_runs.Select(run => run(cancellationToken)));

    /// <summary>Ends when every view has been read once.</summary>
    public Task WhenSyncedAsync(CancellationToken cancellationToken) => Task.WhenAll(_syncs.Select(sync => sync(cancellationToken)));

    private ObjectCache<T> Follow<T>(KubeResource<T> resource)
        where T : class, IKubeObject
    {
        var reflector = new Reflector<T>(Client, resource, new ReflectorOptions { MissingIsEmpty = true }, _logger);
        _runs.Add(reflector.RunAsync);
        _syncs.Add(reflector.WhenSyncedAsync);
        return new ObjectCache<T>(reflector.Source);
    }
}
