using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Weft.Api.Description;
using Weft.Api.Apps;
using Weft.Api.Config;
using Weft.Api.Dashboards;
using Weft.Api.Diagnostics;
using Weft.Api.Health;
using Weft.Api.IstioConfig;
using Weft.Api.MeshTopology;
using Weft.Api.Metrics;
using Weft.Api.Namespaces;
using Weft.Api.Overview;
using Weft.Api.Pods;
using Weft.Api.Proxies;
using Weft.Api.Services;
using Weft.Api.Workloads;

namespace Weft.Api;

/// <summary>The bodies whose fields are always there, null included, unless the field itself says otherwise.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.Never)]
[JsonSerializable(typeof(AppListDto))]
[JsonSerializable(typeof(AppDto))]
[JsonSerializable(typeof(WorkloadListDto))]
[JsonSerializable(typeof(WorkloadDto))]
[JsonSerializable(typeof(ServiceListDto))]
[JsonSerializable(typeof(ServiceDetailsDto))]
[JsonSerializable(typeof(ClustersHealthDto))]
[JsonSerializable(typeof(Dictionary<string, SeriesDto[]?>))]
[JsonSerializable(typeof(Dictionary<string, Dictionary<string, SeriesDto[]?>>))]
[JsonSerializable(typeof(DashboardDto))]
[JsonSerializable(typeof(StatsDto))]
[JsonSerializable(typeof(OverviewServicesDto))]
[JsonSerializable(typeof(OverviewAppsDto))]
[JsonSerializable(typeof(PodDto))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(LogBody))]
[JsonSerializable(typeof(TracesBody))]
[JsonSerializable(typeof(TraceBody))]
[JsonSerializable(typeof(JsonObject[]))]
[JsonSerializable(typeof(ConfigDumpDto))]
[JsonSerializable(typeof(BootstrapPartDto))]
[JsonSerializable(typeof(ClusterPartDto))]
[JsonSerializable(typeof(ListenerPartDto))]
[JsonSerializable(typeof(RoutePartDto))]
[JsonSerializable(typeof(ConfigListDto))]
[JsonSerializable(typeof(ConfigDetailsDto))]
[JsonSerializable(typeof(Dictionary<string, Dictionary<string, PermissionsDto>>))]
[JsonSerializable(typeof(ValidationSummaryDto))]
[JsonSerializable(typeof(ValidationSummaryDto[]))]
[JsonSerializable(typeof(ControlPlaneDto))]
[JsonSerializable(typeof(ControlPlaneDto[]))]
[JsonSerializable(typeof(CertificateDto[]))]
[JsonSerializable(typeof(MeshGraphDto))]
[JsonSerializable(typeof(ClusterDto))]
[JsonSerializable(typeof(DisabledMetricsDto))]
[JsonSerializable(typeof(GraphCacheDto))]
[JsonSerializable(typeof(HealthCacheDto))]
[JsonSerializable(typeof(NamespaceDto))]
[JsonSerializable(typeof(MeshTlsDto))]
[JsonSerializable(typeof(NamespaceTlsDto))]
[JsonSerializable(typeof(NamespaceTlsDto[]))]
internal sealed partial class FullJsonContext : JsonSerializerContext;
