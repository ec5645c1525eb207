using System.Collections.Immutable;
using System.Globalization;
using Weft.Api.Access;
using Weft.Console;
using Weft.Console.Health;
using Weft.Console.Inventory;
using Weft.Console.Settings;
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
        InstallationTag = options.Settings.InstallationTag.Length == 0 ? null : options.Settings.InstallationTag,
        IstioApiInstalled = true,
        IstioAnnotations = new IstioAnnotationsDto("ambient.istio.io/redirection", "enabled", "sidecar.istio.io/inject"),
        IstioGatewayInstalled = WorkloadsOf(mesh).Any(workload => workload is { IsGateway: true, IsWaypoint: false }),
        IstioIdentityDomain = "svc.cluster.local",
        IstioLabels = new IstioLabelsDto("", ""),
        IstioStatusEnabled = true,
        KialiFeatureFlags = FeatureFlags(options.Settings.Features),
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

    /// <summary>As configured, but for what nothing here can do yet: actions that write.</summary>
    private static FeatureFlagsDto FeatureFlags(FeatureSettings features) => new()
    {
        Authz = new EmptyDto(),
        Clustering = new ClusteringDto(false),
        DisabledFeatures = OrNull(features.DisabledFeatures),
        IstioAnnotationAction = false,
        IstioInjectionAction = false,
        IstioUpgradeAction = false,
        UiDefaults = ToDto(features.UiDefaults),
        Validations = new ValidationsDto([.. features.IgnoredValidations], features.SkipWildcardGatewayHosts),
    };

    private static UiDefaultsDto ToDto(UiDefaults defaults) => new()
    {
        Graph = new GraphDefaultsDto(
            ToDto(defaults.Graph.Find),
            ToDto(defaults.Graph.Hide),
            new GraphSettingsDto(defaults.Animation),
            new GraphTrafficDto(defaults.Traffic.Ambient, defaults.Traffic.Grpc, defaults.Traffic.Http, defaults.Traffic.Tcp)),
        Language = new LanguageDto(defaults.Language, defaults.ShowLanguageSelector),
        List = new ListDefaultsDto(defaults.List.IncludeHealth, defaults.List.IncludeIstioResources, defaults.List.IncludeValidations, defaults.List.ShowIncludeToggles),
        Mesh = new FindHideDto(ToDto(defaults.Mesh.Find), ToDto(defaults.Mesh.Hide)),
        MetricsInbound = ToDto(defaults.MetricsInbound),
        MetricsOutbound = ToDto(defaults.MetricsOutbound),
        MetricsPerRefresh = defaults.MetricsPerRefresh,
        Namespaces = OrNull(defaults.Namespaces),
        RefreshInterval = defaults.RefreshInterval,
        Tracing = new TracingDefaultsDto(defaults.TracingLimit),
    };

    private static FindHideOptionDto[] ToDto(ImmutableArray<ExpressionSettings> expressions) =>
        [.. expressions.Select(one => new FindHideOptionDto(one.Description, one.Expression, one.AutoSelect))];

    private static MetricsDefaultsDto ToDto(ImmutableArray<AggregationSettings> aggregations) =>
        new(aggregations.IsEmpty ? null : [.. aggregations.Select(one => new MetricsAggregationDto(one.DisplayName, one.Label, one.SingleSelection))]);

    private static string[]? OrNull(ImmutableArray<string> texts) => texts.IsEmpty ? null : [.. texts];

    private static string Text(TimeSpan duration) => duration.TotalSeconds % 60 == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMinutes}m")
        : string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds}s");
}
