using System.Globalization;
using Weft.Api.Access;
using Weft.Console;
using Weft.Console.Health;
using Weft.Console.Inventory;
using Weft.Console.Status;

namespace Weft.Api.Config;

/// <summary>The public configuration of a console. What Weft cannot do yet is switched off here, so that no client offers it.</summary>
internal static class ConfigMapping
{
    public static ConfigDto ToDto(ConsoleOptions options, AccessStrategy access, MeshInventory mesh, MetricsRetention retention) => new()
    {
        AuthStrategy = AccessStrategies.NameOf(access),
        ChatAi = new ChatDto(false, "", [], new ChatStoreDto(false)),
        ClusterWideAccess = true,
        Clusters = new Dictionary<string, ClusterDto> { [options.Cluster] = Cluster(options) },
        Deployment = new DeploymentDto(options.ViewOnly),
        AmbientEnabled = WorkloadsOf(mesh).Any(workload => workload.IsZtunnel),
        GatewayApiClasses = [.. mesh.GatewayClasses.Select(name => new GatewayClassDto(name, name))],
        GatewayApiEnabled = !mesh.GatewayClasses.IsEmpty,
        HealthConfig = Health(options.Health),
        IstioApiInstalled = true,
        IstioAnnotations = new IstioAnnotationsDto("ambient.istio.io/redirection", "enabled", "sidecar.istio.io/inject"),
        IstioGatewayInstalled = WorkloadsOf(mesh).Any(workload => workload is { IsGateway: true, IsWaypoint: false }),
        IstioIdentityDomain = "svc.cluster.local",
        IstioLabels = new IstioLabelsDto("", ""),
        IstioStatusEnabled = true,
        KialiFeatureFlags = FeatureFlags(),
        LogLevel = "info",
        Prometheus = new PrometheusDto(true, (long)retention.ScrapeInterval.TotalSeconds, (long)retention.Retention.TotalSeconds),
        RunMode = "local",
    };

    private static IEnumerable<WorkloadFacts> WorkloadsOf(MeshInventory mesh) => mesh.Namespaces.Values.SelectMany(ns => ns.Workloads.Values);

    public static ClusterDto Cluster(ConsoleOptions options) => new()
    {
        Accessible = true,
        ApiEndpoint = options.Kubernetes.Options.Server.ToString().TrimEnd('/'),
        IsKialiHome = true,
        Name = options.Cluster,
        SecretName = "",
    };

    private static HealthConfigDto Health(HealthConfig config) => new(
        new HealthComputeDto(Text(config.Compute.Duration), Text(config.Compute.RefreshInterval), Text(config.Compute.Timeout)),
        [.. config.Rates.Select(rate => new HealthRateDto(rate.Namespace, rate.Kind, rate.Name, [.. rate.Tolerances.Select(ToDto)]))]);

    private static HealthToleranceDto ToDto(HealthTolerance tolerance) => new()
    {
        Code = tolerance.Code,
        Degraded = tolerance.Degraded,
        Failure = tolerance.Failure,
        Protocol = tolerance.Protocol,
        Direction = tolerance.Direction,
    };

    private static FeatureFlagsDto FeatureFlags() => new()
    {
        Authz = new EmptyDto(),
        Clustering = new ClusteringDto(false),
        IstioAnnotationAction = false,
        IstioInjectionAction = false,
        IstioUpgradeAction = false,
        UiDefaults = UiDefaults(),
        Validations = new ValidationsDto(["KIA1301"], false),
    };

    private static UiDefaultsDto UiDefaults() => new()
    {
        Graph = new GraphDefaultsDto(
            [
                new("Find: slow edges (> 1s)", "rt > 1000"),
                new("Find: unhealthy nodes", "! healthy"),
                new("Find: unknown nodes", "name = unknown"),
                new("Find: nodes with the 2 top rankings", "rank <= 2"),
            ],
            [
                new("Hide: healthy nodes", "healthy"),
                new("Hide: unknown nodes", "name = unknown"),
                new("Hide: nodes ranked lower than the 2 top rankings", "rank > 2"),
            ],
            new GraphSettingsDto("point"),
            new GraphTrafficDto("total", "requests", "requests", "sent")),
        Language = new LanguageDto("en", false),
        List = new ListDefaultsDto(true, true, true, false),
        Mesh = new FindHideDto([new("Find: unhealthy nodes", "! healthy")], [new("Hide: healthy nodes", "healthy")]),
        MetricsInbound = new EmptyDto(),
        MetricsOutbound = new EmptyDto(),
        MetricsPerRefresh = "1m",
        // Not Kiali's minute: the console is live by itself, and Kiali's own pages over this server are then too.
        RefreshInterval = "10s",
        Tracing = new TracingDefaultsDto(100),
    };

    private static string Text(TimeSpan duration) => duration.TotalSeconds % 60 == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMinutes}m")
        : string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds}s");
}
