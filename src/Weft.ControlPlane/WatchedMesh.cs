using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Weft.Istio;
using Weft.Istio.Mesh;
using Weft.Istio.Snapshot;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Watching;
using Weft.Kubernetes.Yaml;

namespace Weft.ControlPlane;

/// <summary>The objects the control plane watches, kept current from the start of <see cref="RunAsync"/>.</summary>
internal sealed partial class WatchedMesh
{
    private readonly List<WatchedKind> _kinds = [];
    private readonly ILogger<WatchedMesh> _logger;
    private readonly string _trustDomain;
    private readonly Func<ImmutableArray<ConfigMap>> _meshConfigMaps;
    private readonly Func<MeshObjects, MeshObjects> _objects;
    private MeshConfig _lastGoodMesh = MeshConfig.Default;

    public WatchedMesh(KubeClient client, ControlPlaneOptions options)
    {
        _logger = options.LoggerFactory.CreateLogger<WatchedMesh>();
        _trustDomain = options.TrustDomain;
        Namespaces = Watch(client, KubeResources.Namespaces);
        var nodes = Watch(client, KubeResources.Nodes);
        var pods = Watch(client, KubeResources.Pods);
        var services = Watch(client, KubeResources.Services);
        var slices = Watch(client, KubeResources.EndpointSlices);
        var virtualServices = Watch(client, IstioResources.VirtualServices);
        var destinationRules = Watch(client, IstioResources.DestinationRules);
        var serviceEntries = Watch(client, IstioResources.ServiceEntries);
        var workloadEntries = Watch(client, IstioResources.WorkloadEntries);
        var gateways = Watch(client, IstioResources.Gateways);
        var sidecars = Watch(client, IstioResources.Sidecars);
        var peerAuthentications = Watch(client, IstioResources.PeerAuthentications);
        var authorizationPolicies = Watch(client, IstioResources.AuthorizationPolicies);
        _meshConfigMaps = Watch(client, KubeResources.ConfigMaps, new ReflectorOptions
        {
            Namespace = options.RootNamespace,
            FieldSelector = $"metadata.name={MeshConfig.ConfigMapName}",
        });
        _objects = objects => objects with
        {
            Namespaces = Namespaces(),
            Nodes = nodes(),
            Pods = pods(),
            Services = services(),
            EndpointSlices = slices(),
            VirtualServices = virtualServices(),
            DestinationRules = destinationRules(),
            ServiceEntries = serviceEntries(),
            WorkloadEntries = workloadEntries(),
            Gateways = gateways(),
            Sidecars = sidecars(),
            PeerAuthentications = peerAuthentications(),
            AuthorizationPolicies = authorizationPolicies(),
        };
    }

    public Func<ImmutableArray<Namespace>> Namespaces { get; }

    /// <summary>The newest state of everything.</summary>
    public MeshObjects Current() => _objects(new MeshObjects { Mesh = Mesh() });

    /// <summary>Watches until cancelled; calls back after each change.</summary>
    public Task RunAsync(Action changed, CancellationToken cancellationToken) =>
        Task.WhenAll(_kinds.Select(kind => kind.RunAsync(changed, cancellationToken)));

    public Task WhenSyncedAsync(CancellationToken cancellationToken) => Task.WhenAll(_kinds.Select(kind => kind.WhenSyncedAsync(cancellationToken)));

    private Func<ImmutableArray<T>> Watch<T>(KubeClient client, KubeResource<T> resource, ReflectorOptions? options = null)
        where T : class, IKubeObject
    {
        var reflector = new Reflector<T>(client, resource, options ?? new ReflectorOptions { MissingIsEmpty = true }, _logger);
        _kinds.Add(new WatchedKind(
            (changed, cancellationToken) => FollowAsync(reflector, changed, cancellationToken),
            cancellationToken => reflector.WhenSyncedAsync(cancellationToken)));
        return () => [.. reflector.Current.Items.OrderBy(item => item.Key).Select(item => item.Value)];
    }

    private static async Task FollowAsync<T>(Reflector<T> reflector, Action changed, CancellationToken cancellationToken)
        where T : class, IKubeObject
    {
        var running = reflector.RunAsync(cancellationToken);
        await foreach (var store in reflector.Source.WatchAsync(cancellationToken))
        {
            if (store.IsSynced)
            {
                changed();
            }
        }

        await running;
    }

    /// <summary>A configuration that cannot be read leaves the last good one in force.</summary>
    private MeshConfig Mesh()
    {
        var text = _meshConfigMaps() is [var map, ..] ? map.Data.GetValueOrDefault(MeshConfig.ConfigMapKey) : null;
        try
        {
            var mesh = text is null ? MeshConfig.Default : MeshConfig.From(KubeYaml.Read(text) is [var document, ..] ? document.Content : null);
            _lastGoodMesh = mesh with { TrustDomain = _trustDomain };
        }
        catch (Exception error) when (error is JsonException or YamlFormatException)
        {
            LogMeshConfigRejected(error.Message);
        }

        return _lastGoodMesh;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The mesh configuration cannot be read, the last good one stays: {Reason}")]
    private partial void LogMeshConfigRejected(string reason);

    private sealed record WatchedKind(Func<Action, CancellationToken, Task> RunAsync, Func<CancellationToken, Task> WhenSyncedAsync);
}
