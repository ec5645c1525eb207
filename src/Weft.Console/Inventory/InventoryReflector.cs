using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Weft.Istio;
using Weft.Istio.Networking;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Watching;

namespace Weft.Console.Inventory;

/// <summary>Watches the cluster and publishes a new inventory after each change, several changes together.</summary>
internal sealed class InventoryReflector
{
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(50);

    private readonly ConsoleOptions _options;
    private readonly ILogger _logger;
    private readonly Reflector<Namespace> _namespaces;
    private readonly Reflector<Pod> _pods;
    private readonly Reflector<Service> _services;
    private readonly Reflector<Deployment> _deployments;
    private readonly Reflector<StatefulSet> _statefulSets;
    private readonly Reflector<DaemonSet> _daemonSets;
    private readonly Reflector<VirtualService> _virtualServices;
    private readonly Reflector<DestinationRule> _destinationRules;
    private readonly Reflector<ServiceEntry> _serviceEntries;
    private readonly Reflector<WorkloadEntry> _workloadEntries;
    private readonly Reflector<Gateway> _gateways;
    private readonly Reflector<UntypedObject> _workloadGroups;
    private readonly Reflector<UntypedObject> _k8sGateways;

    public InventoryReflector(ConsoleOptions options)
    {
        _options = options;
        _logger = options.Loggers.CreateLogger<InventoryReflector>();
        _namespaces = Of(KubeResources.Namespaces);
        _pods = Of(KubeResources.Pods);
        _services = Of(KubeResources.Services);
        _deployments = Of(KubeResources.Deployments);
        _statefulSets = Of(KubeResources.StatefulSets);
        _daemonSets = Of(KubeResources.DaemonSets);
        _virtualServices = Of(IstioResources.VirtualServices);
        _destinationRules = Of(IstioResources.DestinationRules);
        _serviceEntries = Of(IstioResources.ServiceEntries);
        _workloadEntries = Of(IstioResources.WorkloadEntries);
        _gateways = Of(IstioResources.Gateways);
        _workloadGroups = Of(KubeResources.Untyped("networking.istio.io", "v1", "workloadgroups", "WorkloadGroup", namespaced: true));
        _k8sGateways = Of(KubeResources.Untyped("gateway.networking.k8s.io", "v1", "gateways", "Gateway", namespaced: true));
    }

    public SnapshotSource<MeshInventory> Source { get; } = new(MeshInventory.Empty);

    public Task RunAsync(CancellationToken cancellationToken)
    {
        // One pending mark is enough: whoever takes it reads everything.
        var changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        return Task.WhenAll(
            Follow(_namespaces, changed, cancellationToken),
            Follow(_pods, changed, cancellationToken),
            Follow(_services, changed, cancellationToken),
            Follow(_deployments, changed, cancellationToken),
            Follow(_statefulSets, changed, cancellationToken),
            Follow(_daemonSets, changed, cancellationToken),
            Follow(_virtualServices, changed, cancellationToken),
            Follow(_destinationRules, changed, cancellationToken),
            Follow(_serviceEntries, changed, cancellationToken),
            Follow(_workloadEntries, changed, cancellationToken),
            Follow(_gateways, changed, cancellationToken),
            Follow(_workloadGroups, changed, cancellationToken),
            Follow(_k8sGateways, changed, cancellationToken),
            PublishAsync(changed.Reader, cancellationToken));
    }

    private Reflector<T> Of<T>(KubeResource<T> resource)
        where T : class, IKubeObject =>
        new(_options.Kubernetes, resource, new ReflectorOptions { MissingIsEmpty = true }, _logger);

    private static Task Follow<T>(Reflector<T> reflector, Channel<bool> changed, CancellationToken cancellationToken)
        where T : class, IKubeObject =>
        Task.WhenAll(reflector.RunAsync(cancellationToken), MarkAsync(reflector.Source, changed.Writer, cancellationToken));

    private static async Task MarkAsync<T>(SnapshotSource<ResourceStore<T>> source, ChannelWriter<bool> changed, CancellationToken cancellationToken)
        where T : class, IKubeObject
    {
        await foreach (var _ in source.WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            changed.TryWrite(true);
        }
    }

    private async Task PublishAsync(ChannelReader<bool> changed, CancellationToken cancellationToken)
    {
        await foreach (var _ in changed.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            await Task.Delay(Settling, _options.Time, cancellationToken).ConfigureAwait(false);
            if (IsSynced)
            {
                Source.Publish(MeshInventoryBuilder.Build(Objects(), _options.Cluster, _options.ControlPlaneNamespace));
            }
        }
    }

    private bool IsSynced =>
        _namespaces.Current.IsSynced && _pods.Current.IsSynced && _services.Current.IsSynced && _deployments.Current.IsSynced
        && _statefulSets.Current.IsSynced && _daemonSets.Current.IsSynced && _virtualServices.Current.IsSynced && _destinationRules.Current.IsSynced
        && _serviceEntries.Current.IsSynced && _workloadEntries.Current.IsSynced && _gateways.Current.IsSynced
        && _workloadGroups.Current.IsSynced && _k8sGateways.Current.IsSynced;

    private InventoryObjects Objects() => new()
    {
        Namespaces = All(_namespaces),
        Pods = All(_pods),
        Services = All(_services),
        Deployments = All(_deployments),
        StatefulSets = All(_statefulSets),
        DaemonSets = All(_daemonSets),
        VirtualServices = All(_virtualServices),
        DestinationRules = All(_destinationRules),
        ServiceEntries = All(_serviceEntries),
        WorkloadEntries = All(_workloadEntries),
        Gateways = All(_gateways),
        WorkloadGroups = All(_workloadGroups),
        K8sGateways = All(_k8sGateways),
    };

    private static ImmutableArray<T> All<T>(Reflector<T> reflector)
        where T : class, IKubeObject => [.. reflector.Current.Items.Values];
}
