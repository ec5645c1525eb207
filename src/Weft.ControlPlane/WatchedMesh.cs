using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Weft.ControlPlane.Generation.Secrets;
using Weft.ControlPlane.KeySets;
using Weft.Istio;
using Weft.Istio.Mesh;
using Weft.Istio.Snapshot;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Watching;
using Weft.Kubernetes.Yaml;

namespace Weft.ControlPlane;

/// <summary>The objects the control plane watches, kept current from the start of <see cref="RunAsync"/>.</summary>
internal sealed partial class WatchedMesh : IDisposable
{
    private readonly SocketsHttpHandler _handler = new() { ConnectTimeout = TimeSpan.FromSeconds(5) };
    private readonly KeySetFetcher _keySets;
    private readonly List<WatchedKind> _kinds = [];
    private readonly ILogger<WatchedMesh> _logger;
    private readonly string _trustDomain;
    private readonly Func<ImmutableArray<ConfigMap>> _meshConfigMaps;
    private readonly Func<MeshObjects, List<UnreadableObject>, MeshObjects> _objects;
    private readonly Func<ResourceStore<Secret>> _secrets;
    private readonly ListenerCertificates _certificates = new();
    private readonly Func<ResourceStore<ConfigMap>> _configMaps;
    private readonly TrustedRoots _roots = new();
    private (ResourceStore<Secret> Store, ImmutableArray<ConfigMap> Roots, CredentialStore Credentials)? _lastCredentials;
    private ImmutableArray<UnreadableObject> _reported = [];
    private MeshConfig _lastGoodMesh = MeshConfig.Default;
    private (string Mesh, string Networks)? _lastMeshText;

    public WatchedMesh(KubeClient client, ControlPlaneOptions options)
    {
        _logger = options.LoggerFactory.CreateLogger<WatchedMesh>();
        _trustDomain = options.TrustDomain;
        _keySets = new KeySetFetcher(_handler, options.TimeProvider, options.LoggerFactory.CreateLogger<KeySetFetcher>());
        Namespaces = Watch(client, KubeResources.Namespaces);
        var nodes = Watch(client, KubeResources.Nodes);
        var pods = Watch(client, KubeResources.Pods);
        var services = Watch(client, KubeResources.Services);
        var slices = Watch(client, KubeResources.EndpointSlices);
        var virtualServices = WatchIstio(client, IstioResources.VirtualServices);
        var destinationRules = WatchIstio(client, IstioResources.DestinationRules);
        var serviceEntries = WatchIstio(client, IstioResources.ServiceEntries);
        var workloadEntries = WatchIstio(client, IstioResources.WorkloadEntries);
        var gateways = WatchIstio(client, IstioResources.Gateways);
        var sidecars = WatchIstio(client, IstioResources.Sidecars);
        var peerAuthentications = WatchIstio(client, IstioResources.PeerAuthentications);
        var authorizationPolicies = WatchIstio(client, IstioResources.AuthorizationPolicies, ClosedPolicies.Of);
        var requestAuthentications = WatchIstio(client, IstioResources.RequestAuthentications);
        var telemetries = WatchIstio(client, IstioResources.Telemetries);
        _secrets = WatchStore(client, KubeResources.Secrets, null);
        var k8sGatewayClasses = WatchIstio(client, IstioResources.K8sGatewayClasses);
        var k8sGateways = WatchIstio(client, IstioResources.K8sGateways);
        var k8sHttpRoutes = WatchIstio(client, IstioResources.K8sHttpRoutes);
        var k8sGrpcRoutes = WatchIstio(client, IstioResources.K8sGrpcRoutes);
        var k8sTcpRoutes = WatchIstio(client, IstioResources.K8sTcpRoutes);
        var k8sTlsRoutes = WatchIstio(client, IstioResources.K8sTlsRoutes);
        var k8sUdpRoutes = WatchIstio(client, IstioResources.K8sUdpRoutes);
        var k8sReferenceGrants = WatchIstio(client, IstioResources.K8sReferenceGrants);
        var k8sListenerSets = WatchIstio(client, IstioResources.K8sListenerSets);
        var k8sBackendTlsPolicies = WatchIstio(client, IstioResources.K8sBackendTlsPolicies);
        _configMaps = WatchStore(client, KubeResources.ConfigMaps, null);
        var ingresses = WatchIstio(client, IstioResources.Ingresses);
        var ingressClasses = WatchIstio(client, IstioResources.IngressClasses);
        var envoyFilters = Watch(client, EnvoyFilters);
        var wasmPlugins = Watch(client, WasmPlugins);
        var trafficExtensions = Watch(client, TrafficExtensions);
        _meshConfigMaps = Watch(client, KubeResources.ConfigMaps, new ReflectorOptions
        {
            Namespace = options.RootNamespace,
            FieldSelector = $"metadata.name={MeshConfig.ConfigMapName}",
        });
        _objects = (objects, findings) => objects with
        {
            Namespaces = Namespaces(),
            Nodes = nodes(),
            Pods = pods(),
            Services = services(),
            EndpointSlices = slices(),
            VirtualServices = virtualServices(findings),
            DestinationRules = destinationRules(findings),
            ServiceEntries = serviceEntries(findings),
            WorkloadEntries = workloadEntries(findings),
            Gateways = gateways(findings),
            Sidecars = sidecars(findings),
            PeerAuthentications = peerAuthentications(findings),
            AuthorizationPolicies = authorizationPolicies(findings),
            RequestAuthentications = requestAuthentications(findings),
            Telemetries = telemetries(findings),
            NotEnforced = [.. envoyFilters(), .. wasmPlugins(), .. trafficExtensions()],
            K8sGatewayClasses = k8sGatewayClasses(findings),
            K8sGateways = k8sGateways(findings),
            K8sHttpRoutes = k8sHttpRoutes(findings),
            K8sGrpcRoutes = k8sGrpcRoutes(findings),
            K8sTcpRoutes = k8sTcpRoutes(findings),
            K8sTlsRoutes = k8sTlsRoutes(findings),
            K8sUdpRoutes = k8sUdpRoutes(findings),
            K8sReferenceGrants = k8sReferenceGrants(findings),
            K8sListenerSets = k8sListenerSets(findings),
            K8sBackendTlsPolicies = k8sBackendTlsPolicies(findings),
            Ingresses = ingresses(findings),
            IngressClasses = ingressClasses(findings),
        };
    }

    public static KubeResource<UntypedObject> EnvoyFilters { get; } =
        KubeResources.Untyped("networking.istio.io", "v1alpha3", "envoyfilters", "EnvoyFilter", namespaced: true);

    public static KubeResource<UntypedObject> WasmPlugins { get; } =
        KubeResources.Untyped("extensions.istio.io", "v1alpha1", "wasmplugins", "WasmPlugin", namespaced: true);

    public static KubeResource<UntypedObject> TrafficExtensions { get; } =
        KubeResources.Untyped("extensions.istio.io", "v1alpha1", "trafficextensions", "TrafficExtension", namespaced: true);

    public Func<ImmutableArray<Namespace>> Namespaces { get; }

    /// <summary>The newest state of everything.</summary>
    public MeshObjects Current()
    {
        var findings = new List<UnreadableObject>();
        var objects = _objects(new MeshObjects { Mesh = Mesh() }, findings);
        foreach (var finding in findings.Except(_reported))
        {
            LogUnreadable(finding.Kind, finding.Name, finding.Problem, finding.LastGoodInForce);
        }

        _reported = [.. findings];
        _keySets.Want(objects.RequestAuthentications);
        return objects with
        {
            Unreadable = _reported,
            KeySets = _keySets.Current,
            TrustedRoots = _roots.Of(objects.K8sBackendTlsPolicies, _configMaps()),
            Certificates = _certificates.Of(objects.K8sGateways, objects.K8sListenerSets, Credentials()),
        };
    }

    /// <summary>The newest secrets and trusted roots; the same store until one changes.</summary>
    public CredentialStore Credentials()
    {
        var store = _secrets();
        if (_lastCredentials is not { } last || !ReferenceEquals(last.Store, store) || last.Roots != _roots.Maps)
        {
            _lastCredentials = (store, _roots.Maps, new CredentialStore(store.Items.Values, _roots.Maps));
        }

        return _lastCredentials.Value.Credentials;
    }

    /// <summary>Watches until cancelled; calls back after each change.</summary>
    public Task RunAsync(Action changed, CancellationToken cancellationToken) =>
        Task.WhenAll(_kinds.Select(kind => kind.RunAsync(changed, cancellationToken)).Append(_keySets.RunAsync(changed, cancellationToken)));

    public Task WhenSyncedAsync(CancellationToken cancellationToken) => Task.WhenAll(_kinds.Select(kind => kind.WhenSyncedAsync(cancellationToken)));

    public void Dispose()
    {
        _keySets.Dispose();
        _handler.Dispose();
    }

    private Func<ImmutableArray<T>> Watch<T>(KubeClient client, KubeResource<T> resource, ReflectorOptions? options = null)
        where T : class, IKubeObject
    {
        var store = WatchStore(client, resource, options);
        var (seen, sorted) = (store(), ImmutableArray<T>.Empty);
        return () =>
        {
            if (store() is var current && !ReferenceEquals(current.Items, seen.Items))
            {
                (seen, sorted) = (current, [.. current.Items.OrderBy(item => item.Key).Select(item => item.Value)]);
            }

            return sorted;
        };
    }

    private Func<ResourceStore<T>> WatchStore<T>(KubeClient client, KubeResource<T> resource, ReflectorOptions? options)
        where T : class, IKubeObject
    {
        var reflector = new Reflector<T>(client, resource, options ?? new ReflectorOptions { MissingIsEmpty = true }, _logger);
        _kinds.Add(new WatchedKind(
            (changed, cancellationToken) => FollowAsync(reflector, changed, cancellationToken),
            cancellationToken => reflector.WhenSyncedAsync(cancellationToken)));
        return () => reflector.Current;
    }

    /// <summary>Adds what cannot be read to the given findings.</summary>
    private Func<List<UnreadableObject>, ImmutableArray<T>> WatchIstio<T>(KubeClient client, KubeResource<T> resource, Func<UntypedObject, T?>? substitute = null)
        where T : class, IKubeObject
    {
        var readable = new ReadableObjects<T>(resource.Kind, resource.TypeInfo, substitute);
        var store = WatchStore(client, resource.AsUntyped(), null);
        return findings =>
        {
            var (objects, unreadable) = readable.Of(store());
            findings.AddRange(unreadable);
            return objects;
        };
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
        var data = _meshConfigMaps() is [var map, ..] ? map.Data : ImmutableDictionary<string, string>.Empty;
        var text = (data.GetValueOrDefault(MeshConfig.ConfigMapKey) ?? "", data.GetValueOrDefault(MeshNetworks.ConfigMapKey) ?? "");
        if (text == _lastMeshText)
        {
            return _lastGoodMesh;
        }

        _lastMeshText = text;
        try
        {
            _lastGoodMesh = MeshConfig.Read(text.Item1) with { TrustDomain = _trustDomain, Networks = MeshNetworks.Read(text.Item2) };
        }
        catch (Exception error) when (error is JsonException or YamlFormatException)
        {
            LogMeshConfigRejected(error.Message);
        }

        return _lastGoodMesh;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The mesh configuration cannot be read, the last good one stays: {Reason}")]
    private partial void LogMeshConfigRejected(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} {Name} cannot be read: {Problem}. Its last good version stays: {LastGoodInForce}")]
    private partial void LogUnreadable(string kind, NamespacedName name, string problem, bool lastGoodInForce);

    private sealed record WatchedKind(Func<Action, CancellationToken, Task> RunAsync, Func<CancellationToken, Task> WhenSyncedAsync);
}
