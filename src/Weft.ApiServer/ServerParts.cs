using Microsoft.Extensions.Logging;
using Weft.ApiServer.Admission;
using Weft.ApiServer.Controllers;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Endpoints;
using Weft.ApiServer.Metrics;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Security;
using Weft.ApiServer.Storage;
using Weft.ApiServer.Streams;

namespace Weft.ApiServer;

/// <summary>The parts of one server, put together: the table of contents of this project.</summary>
internal sealed class ServerParts
{
    private readonly ClusterBootstrap _bootstrap;
    private readonly CustomResourceController _customResources;
    private readonly NamespaceController _namespaces;
    private readonly EventExpiry _events;
    private readonly NodeTaintController _taints;
    private readonly RoleAggregation _aggregation;
    private readonly QuotaController _quotas;
    private readonly bool _runControllers;
    private readonly ServerStartState _start;

    private ServerParts(ApiRequestHandler handler, ClusterBootstrap bootstrap, CustomResourceController customResources, GarbageCollector garbage, NamespaceController namespaces, EventExpiry events, NodeTaintController taints, RoleAggregation aggregation, QuotaController quotas, bool runControllers, ServerStartState start)
    {
        Garbage = garbage;
        _namespaces = namespaces;
        _events = events;
        _taints = taints;
        _aggregation = aggregation;
        _quotas = quotas;
        _runControllers = runControllers;
        _start = start;
        Handler = handler;
        _bootstrap = bootstrap;
        _customResources = customResources;
    }

    public ApiRequestHandler Handler { get; }

    public GarbageCollector Garbage { get; }

    public static ServerParts Compose(ApiServerOptions options, StatePki pki, ObjectStore store, CancellationToken stopping)
    {
        var time = options.TimeProvider;
        var types = BuiltInTypes.Load();
        var builtIn = BuiltInResources.Create(types);
        var registry = new RegistrySource(new ResourceRegistry(builtIn, []));
        var customResources = new CustomResourceController(store, registry, types, time, options.LoggerFactory.CreateLogger<CustomResourceController>());
        customResources.Refresh();

        var addresses = new ServiceAddresses(options.ServiceNetwork, store);
        var roles = new RoleRules(store);
        var authorizer = new Authorizer(roles);
        var pipeline = new WritePipeline(store, registry, addresses, new EscalationCheck(authorizer, roles), options);
        var deletion = new DeleteOperation(store, options);
        var bodies = new RequestBody(new ProtobufReader(types, builtIn));
        var tokens = new ServiceAccountTokens(pki.ServiceAccountKey, store, time);
        var writer = new ObjectWriter(new TableRenderer(time));
        var protobuf = new ProtobufWriter(types);
        var apply = new ServerSideApply(pipeline, store);
        var patches = new PatchOperation(pipeline, store, apply);
        var resources = new ResourceEndpoints(
            store,
            pipeline,
            patches,
            deletion,
            new ListOperation(store),
            new WatchOperation(store, writer, protobuf, time),
            new SubresourceOperation(pipeline, deletion, store, bodies, tokens, types, options),
            new ScaleOperation(pipeline, patches, apply, store, bodies, types),
            new ReviewOperation(authorizer, tokens, pipeline),
            new BindingOperation(pipeline, registry, bodies),
            new PodStreamOperation(store, options),
            new ProxyOperation(store),
            writer,
            protobuf,
            bodies,
            new ServerLifetime(registry, stopping));
        var requests = new RequestMetrics(time);
        var start = new ServerStartState();
        var handler = new ApiRequestHandler(
            registry,
            new Authenticator(tokens),
            authorizer,
            new SystemEndpoints(registry, new DiscoveryEndpoints(registry), new OpenApiEndpoints(new OpenApiDocuments(registry, types), time), new MetricsPage(requests, store, registry, Path.Combine(options.StateFolder, ApiServerHost.DatabaseFile)), Health(pki, store, start, time, stopping), tokens),
            resources,
            protobuf,
            requests,
            options.LoggerFactory.CreateLogger<ApiRequestHandler>());
        var system = new SystemWriter(pipeline, deletion, registry, store);
        var aggregation = new RoleAggregation(store, system, options.LoggerFactory.CreateLogger<RoleAggregation>());
        var bootstrap = new ClusterBootstrap(system, addresses, aggregation, options.Listen.Address, pki.AuthorityPem);
        customResources.Writer = system;
        pipeline.DefinitionsChanged = customResources.SettleAsync;
        deletion.DefinitionsChanged = customResources.Refresh;
        pipeline.NamespaceCreated = (ns, token) => bootstrap.FurnishAsync(ns.TextAt("metadata", "name"), token);
        return new ServerParts(
            handler,
            bootstrap,
            customResources,
            new GarbageCollector(store, registry, system, options.LoggerFactory.CreateLogger<GarbageCollector>()),
            new NamespaceController(store, registry, system, time, options.LoggerFactory.CreateLogger<NamespaceController>()),
            new EventExpiry(store, time),
            new NodeTaintController(store, system, options.LoggerFactory.CreateLogger<NodeTaintController>()),
            aggregation,
            new QuotaController(store, system, options.LoggerFactory.CreateLogger<QuotaController>()),
            options.RunControllers,
            start);
    }

    /// <summary>An answer at all is the check of `ping` and `log`; what watches keep up to date is read when the server is composed.</summary>
    private static HealthEndpoints Health(StatePki pki, ObjectStore store, ServerStartState start, TimeProvider time, CancellationToken stopping)
    {
        HealthCheck[] alive = [new("ping", static () => true), new("log", static () => true)];
        HealthCheck[] hooks =
        [
            new("poststarthook/start-apiextensions-controllers", () => start.ControllersRun),
            new("poststarthook/crd-informer-synced", () => start.IsBootstrapped),
            new("poststarthook/start-system-namespaces-controller", () => start.IsBootstrapped),
            new("poststarthook/storage-readiness", () => store.IsWriting),
            new("poststarthook/rbac/bootstrap-roles", () => start.IsBootstrapped),
            new("poststarthook/scheduling/bootstrap-system-priority-classes", () => start.IsBootstrapped),
            new("poststarthook/bootstrap-controller", () => start.IsBootstrapped),
        ];
        HealthCheck certificate = new("loopback-serving-certificate", () => pki.Server.NotBefore <= time.GetLocalNow() && time.GetLocalNow() <= pki.Server.NotAfter);
        return new HealthEndpoints(
            [.. alive, certificate, new("etcd", () => store.IsWriting), .. hooks],
            [.. alive, new("informer-sync", () => start.IsBootstrapped), .. hooks, new("shutdown", () => !stopping.IsCancellationRequested)]);
    }

    public async Task BootstrapAsync(int port, CancellationToken cancellationToken)
    {
        await _bootstrap.RunAsync(port, EmbeddedDefinitions.Load(), cancellationToken);
        _customResources.Refresh();
        _start.Bootstrapped();
    }

    public async Task RunControllersAsync(CancellationToken cancellationToken)
    {
        try
        {
            _start.ControllersBegan();
            var tasks = new List<Task> { _customResources.RunAsync(cancellationToken), _events.RunAsync(cancellationToken) };
            if (_runControllers) tasks.AddRange([Garbage.RunAsync(cancellationToken), _namespaces.RunAsync(cancellationToken), _taints.RunAsync(cancellationToken), _aggregation.RunAsync(cancellationToken), _quotas.RunAsync(cancellationToken)]);
            await Task.WhenAll(tasks);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }
}
