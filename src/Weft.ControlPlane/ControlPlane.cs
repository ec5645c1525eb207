using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Weft.ControlPlane.Certificates;
using Weft.ControlPlane.Debug;
using Weft.ControlPlane.Distribution;
using Weft.ControlPlane.GatewayDeployment;
using Weft.ControlPlane.Status;
using Weft.ControlPlane.Status.K8s;
using Weft.Kubernetes.Watching;

namespace Weft.ControlPlane;

/// <summary>A running control plane: discovery, certificates and debug pages for one cluster. Disposing it stops everything.</summary>
public sealed partial class ControlPlane : IAsyncDisposable
{
    /// <summary>The version of Istio whose behaviour is followed, as proxies and tools see it.</summary>
    public const string IstioVersion = "1.30.1";

    private readonly CancellationTokenSource _stopping = new();
    private readonly List<IAsyncDisposable> _owned = [];
    private readonly List<Task> _running = [];
    private readonly CertificateAuthority _authority;
    private readonly X509Certificate2 _serverCertificate;
    private readonly ControlPlaneDiagnostics _diagnostics = new();
    private readonly ILogger<ControlPlane> _logger;
    private WatchedMesh? _watched;

    private ControlPlane(ControlPlaneOptions options, CertificateAuthority authority)
    {
        _authority = authority;
        _logger = options.LoggerFactory.CreateLogger<ControlPlane>();
        _serverCertificate = authority.SignServer(ServerNames(options), TimeSpan.FromDays(3650));
    }

    /// <summary>Where discovery listens without TLS.</summary>
    public ImmutableArray<IPEndPoint> PlaintextEndpoints { get; private set; } = [];

    /// <summary>Where discovery and certificates listen over TLS.</summary>
    public ImmutableArray<IPEndPoint> SecureEndpoints { get; private set; } = [];

    public ImmutableArray<IPEndPoint> DebugEndpoints { get; private set; } = [];

    /// <summary>What clients of the secure port and workloads trust.</summary>
    public string RootCertificatePem => _authority.RootPem;

    /// <summary>The newest snapshot and its changes.</summary>
    public SnapshotSource<MeshPush> Pushes { get; } = new(MeshPush.None);

    public AdsServer Discovery { get; private set; } = null!; // set before StartAsync returns

    /// <summary>Loads or creates the mesh's root, starts watching and listening. Proxies are answered once the cluster was read.</summary>
    public static async Task<ControlPlane> StartAsync(ControlPlaneOptions options, CancellationToken cancellationToken)
    {
        var authority = await CertificateAuthorityStore.LoadOrCreateAsync(options.Client, options.RootNamespace, options.TrustDomain, options.TimeProvider, cancellationToken);
        var controlPlane = new ControlPlane(options, authority);
        try
        {
            await controlPlane.StartListenersAsync(options, cancellationToken);
            controlPlane.StartBackground(options);
            return controlPlane;
        }
        catch
        {
            await controlPlane.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        foreach (var owned in _owned)
        {
            await owned.DisposeAsync();
        }

        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _watched?.Dispose();
        _serverCertificate.Dispose();
        _authority.Dispose();
        _stopping.Dispose();
    }

    private static IEnumerable<string> ServerNames(ControlPlaneOptions options) =>
    [
        $"istiod.{options.RootNamespace}.svc", $"istiod-remote.{options.RootNamespace}.svc", $"istio-pilot.{options.RootNamespace}.svc", .. options.ServerNames,
    ];

    private async Task StartListenersAsync(ControlPlaneOptions options, CancellationToken cancellationToken)
    {
        var factory = options.LoggerFactory;
        var identifier = ControlPlaneIdentifier.Of(options.InstanceName, IstioVersion);
        var secrets = new SecretAccess(options.ReviewsSecretAccess ? options.Client : null);
        Discovery = new AdsServer(Pushes, secrets, identifier, _diagnostics, options.TimeProvider, factory.CreateLogger<AdsServer>());
        var certificates = new CertificateService(_authority, _diagnostics, factory.CreateLogger<CertificateService>());
        var authenticator = new CallerAuthenticator(options.Client, options.TrustDomain);
        var grpc = new DiscoveryListener(Discovery, certificates, authenticator, options.TimeProvider, factory);
        (var plaintext, PlaintextEndpoints) = await grpc.StartPlaintextAsync(options.PlaintextEndpoints, _stopping.Token, cancellationToken);
        _owned.Add(plaintext);
        (var secure, SecureEndpoints) = await grpc.StartSecureAsync(options.SecureEndpoints, _serverCertificate, _authority, _stopping.Token, cancellationToken);
        _owned.Add(secure);
        var pages = new DebugPages(new DebugSources(Discovery, Pushes, _diagnostics, options.ClusterId, options.GatewayDeployment.Proxy, _authority.RootNotAfter, options.TimeProvider));
        Discovery.DebugAnswers = new DiscoveryDebug(pages, Discovery, identifier, options.RootNamespace).Answer;
        (var debug, DebugEndpoints) = await DebugListener.StartAsync(pages, options.DebugEndpoints, factory, cancellationToken);
        _owned.Add(debug);
    }

    private void StartBackground(ControlPlaneOptions options)
    {
        var factory = options.LoggerFactory;
        _watched = new WatchedMesh(options.Client, options);
        var pipeline = new ControlPlanePipeline(_watched, Pushes, options, _diagnostics, factory.CreateLogger<ControlPlanePipeline>());
        var roots = new RootCertificateDistributor(options.Client, RootCertificatePem, options.TimeProvider, factory.CreateLogger<RootCertificateDistributor>());
        var statuses = new StatusWriter(options.Client, Pushes, Discovery, options.TimeProvider, factory.CreateLogger<StatusWriter>());
        var k8sStatuses = new K8sStatusWriter(options.Client, Pushes, options.TimeProvider, factory.CreateLogger<K8sStatusWriter>());
        var gateways = new GatewayDeployer(options.Client, Pushes, options.GatewayDeployment, options.TimeProvider, factory.CreateLogger<GatewayDeployer>());
        _running.Add(GuardAsync("pipeline", pipeline.RunAsync));
        _running.Add(GuardAsync("statuses of objects", statuses.RunAsync));
        _running.Add(GuardAsync("statuses of the Gateway API", k8sStatuses.RunAsync));
        _running.Add(GuardAsync("deployment of Gateways", gateways.RunAsync));
        _running.Add(GuardAsync("root certificate distribution", roots.RunAsync));
    }

    /// <summary>A part that ends by a fault is a defect: it is reported, and the rest keeps serving.</summary>
    private async Task GuardAsync(string part, Func<CancellationToken, Task> run)
    {
        try
        {
            await run(_stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The end that was asked for.
        }
        catch (Exception error)
        {
            LogPartFailed(error, part);
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The control plane's {Part} has failed")]
    private partial void LogPartFailed(Exception error, string part);
}
