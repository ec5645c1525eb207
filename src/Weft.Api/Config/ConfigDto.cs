using System.Text.Json.Serialization;

namespace Weft.Api.Config;

/// <summary>Kiali's public configuration: what its browser part, and ours, reads at the start. Every field is always there.</summary>
public sealed record ConfigDto
{
    public required string AuthStrategy { get; init; }

    public bool AmbientEnabled { get; init; }

    [JsonPropertyName("chatAI")]
    public required ChatDto ChatAi { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required bool ClusterWideAccess { get; init; }

    public required Dictionary<string, ClusterDto> Clusters { get; init; }

    public required DeploymentDto Deployment { get; init; }

    [JsonPropertyName("gatewayAPIClasses")]
    public required GatewayClassDto[] GatewayApiClasses { get; init; }

    [JsonPropertyName("gatewayAPIEnabled"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required bool GatewayApiEnabled { get; init; }

    public required HealthConfigDto HealthConfig { get; init; }

    public string? InstallationTag { get; init; }

    [JsonPropertyName("istioAPIInstalled"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required bool IstioApiInstalled { get; init; }

    public required IstioAnnotationsDto IstioAnnotations { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required bool IstioGatewayInstalled { get; init; }

    public required string IstioIdentityDomain { get; init; }

    public required IstioLabelsDto IstioLabels { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required bool IstioStatusEnabled { get; init; }

    public required FeatureFlagsDto KialiFeatureFlags { get; init; }

    public required string LogLevel { get; init; }

    public required PrometheusDto Prometheus { get; init; }

    public required string RunMode { get; init; }
}

public sealed record ChatDto(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] bool Enabled, string DefaultProvider, string[] Providers, ChatStoreDto Store);

public sealed record ChatStoreDto([property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] bool Enabled);

public sealed record ClusterDto
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required bool Accessible { get; init; }

    public required string ApiEndpoint { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required bool IsKialiHome { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string[]? KialiInstances { get; init; }

    public required string Name { get; init; }

    public required string SecretName { get; init; }
}

public sealed record DeploymentDto(bool ViewOnlyMode);

public sealed record GatewayClassDto(string ClassName, string Name);

public sealed record HealthConfigDto(HealthComputeDto Compute, HealthRateDto[] Rate);

public sealed record HealthComputeDto(string Duration, string RefreshInterval, string Timeout);

public sealed record HealthRateDto(string? Namespace, string? Kind, string? Name, HealthToleranceDto[] Tolerance);

public sealed record HealthToleranceDto
{
    public required string Code { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required double Degraded { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required double Failure { get; init; }

    public required string Protocol { get; init; }

    public required string Direction { get; init; }
}

public sealed record IstioAnnotationsDto(string AmbientAnnotation, string AmbientAnnotationEnabled, string IstioInjectionAnnotation);

public sealed record IstioLabelsDto(string AppLabelName, string VersionLabelName);

public sealed record FeatureFlagsDto
{
    public required EmptyDto Authz { get; init; }

    public required ClusteringDto Clustering { get; init; }

    public string[]? DisabledFeatures { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required bool IstioAnnotationAction { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required bool IstioInjectionAction { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required bool IstioUpgradeAction { get; init; }

    public required UiDefaultsDto UiDefaults { get; init; }

    public required ValidationsDto Validations { get; init; }
}

public sealed record EmptyDto;

public sealed record ClusteringDto([property: JsonPropertyName("enable_exec_provider"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] bool EnableExecProvider);

public sealed record UiDefaultsDto
{
    public required GraphDefaultsDto Graph { get; init; }

    [JsonPropertyName("i18n")]
    public required LanguageDto Language { get; init; }

    public required ListDefaultsDto List { get; init; }

    public required FindHideDto Mesh { get; init; }

    public required MetricsDefaultsDto MetricsInbound { get; init; }

    public required MetricsDefaultsDto MetricsOutbound { get; init; }

    public required string MetricsPerRefresh { get; init; }

    public string[]? Namespaces { get; init; }

    public required string RefreshInterval { get; init; }

    public required TracingDefaultsDto Tracing { get; init; }
}

public sealed record GraphDefaultsDto(FindHideOptionDto[] FindOptions, FindHideOptionDto[] HideOptions, GraphSettingsDto Settings, GraphTrafficDto Traffic);

public sealed record FindHideDto(FindHideOptionDto[] FindOptions, FindHideOptionDto[] HideOptions);

public sealed record FindHideOptionDto(string Description, string Expression, bool AutoSelect);

public sealed record MetricsDefaultsDto(MetricsAggregationDto[]? Aggregations);

public sealed record MetricsAggregationDto(string DisplayName, string Label, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] bool SingleSelection);

public sealed record GraphSettingsDto(string Animation);

public sealed record GraphTrafficDto(string Ambient, string Grpc, string Http, string Tcp);

public sealed record LanguageDto(string Language, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] bool ShowSelector);

public sealed record ListDefaultsDto(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] bool IncludeHealth,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] bool IncludeIstioResources,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] bool IncludeValidations,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] bool ShowIncludeToggles);

public sealed record TracingDefaultsDto(int Limit);

public sealed record ValidationsDto(string[] Ignore, [property: JsonPropertyName("SkipWildcardGatewayHosts"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] bool SkipWildcardGatewayHosts);

public sealed record PrometheusDto([property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] bool Enabled, long GlobalScrapeInterval, long StorageTsdbRetention);
