using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Weft.Console.IstioConfig;
using Weft.Istio;
using Weft.Istio.GatewayApi;
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
    private readonly Reflector<EndpointSlice> _endpointSlices;
    private readonly Reflector<ConfigMap> _controlPlaneConfig;
    private readonly Reflector<K8sGatewayClass> _gatewayClasses;
    private readonly ImmutableArray<(GroupVersionKind Kind, Reflector<UntypedObject> Reflector)> _configuration;
    private readonly ConfigObjects _configObjects = new();
    private ImmutableArray<ResourceStore<UntypedObject>> _builtFrom = [];
    private ConfigInventory _builtConfiguration = ConfigInventory.Empty;

    public InventoryReflector(ConsoleOptions options)
    {
        _options = options;
        _logger = options.Loggers.CreateLogger<InventoryReflector>();
        _namespaces = Of(KubeResources.Namespaces, isNeeded: true);
        _pods = Of(KubeResources.Pods, isNeeded: true);
        _services = Of(KubeResources.Services);
        _deployments = Of(KubeResources.Deployments);
        _statefulSets = Of(KubeResources.StatefulSets);
        _daemonSets = Of(KubeResources.DaemonSets);
        _endpointSlices = Of(KubeResources.EndpointSlices);
        _controlPlaneConfig = Of(KubeResources.ConfigMaps, options.ControlPlaneNamespace);
        _gatewayClasses = Of(IstioResources.K8sGatewayClasses);
        _configuration = [.. ConfigKinds.All.Select(resource => (resource.GroupVersionKind, Of(resource)))];
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
            Follow(_endpointSlices, changed, cancellationToken),
            Follow(_controlPlaneConfig, changed, cancellationToken),
            Follow(_gatewayClasses, changed, cancellationToken),
            Task.WhenAll(_configuration.Select(one => Follow(one.Reflector, changed, cancellationToken))),
            PublishAsync(changed.Reader, cancellationToken));
    }

    /// <param name="isNeeded">Without it there is nothing to show; of all else what may not be read is left out.</param>
    private Reflector<T> Of<T>(KubeResource<T> resource, string? @namespace = null, bool isNeeded = false)
        where T : class, IKubeObject =>
        new(_options.Kubernetes, resource, new ReflectorOptions { Namespace = @namespace, MissingIsEmpty = true, ForbiddenIsEmpty = !isNeeded }, _logger);

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
        && _statefulSets.Current.IsSynced && _daemonSets.Current.IsSynced && _endpointSlices.Current.IsSynced && _controlPlaneConfig.Current.IsSynced && _gatewayClasses.Current.IsSynced
        && _configuration.All(one => one.Reflector.Current.IsSynced);

    private InventoryObjects Objects() => new()
    {
        Namespaces = All(_namespaces),
        Pods = All(_pods),
        Services = All(_services),
        Deployments = All(_deployments),
        StatefulSets = All(_statefulSets),
        DaemonSets = All(_daemonSets),
        EndpointSlices = All(_endpointSlices),
        ControlPlaneConfig = All(_controlPlaneConfig),
        GatewayClasses = All(_gatewayClasses),
        Configuration = Configuration(),
    };

    /// <summary>Configuration changes far less often than pods do: sorted again only when it has.</summary>
    private ConfigInventory Configuration()
    {
        ImmutableArray<ResourceStore<UntypedObject>> stores = [.. _configuration.Select(one => one.Reflector.Current)];
        if (stores.Length != _builtFrom.Length || stores.Zip(_builtFrom).Any(pair => !ReferenceEquals(pair.First, pair.Second)))
        {
            _builtFrom = stores;
            _builtConfiguration = new ConfigInventory(_configuration.Zip(stores, (one, store) => KeyValuePair.Create(one.Kind, store.Items.Values.Select(_configObjects.Shown).ToImmutableArray())));
        }

        return _builtConfiguration;
    }

    private static ImmutableArray<T> All<T>(Reflector<T> reflector)
        where T : class, IKubeObject => [.. reflector.Current.Items.Values];
}
