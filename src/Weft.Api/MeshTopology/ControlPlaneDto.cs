using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Weft.Api.Config;
using Weft.Api.Namespaces;
using Weft.Api.Status;

namespace Weft.Api.MeshTopology;

public sealed record ControlPlaneDto
{
    public required ClusterDto Cluster { get; init; }

    public required ControlPlaneConfigDto Config { get; init; }

    public bool ExternalControlPlane { get; init; }

    public required string Id { get; init; }

    public required string IstiodName { get; init; }

    public required string IstiodNamespace { get; init; }

    public required ClusterDto[] ManagedClusters { get; init; }

    public required NamespaceDto[] ManagedNamespaces { get; init; }

    public bool ManagesExternal { get; init; }

    public int MonitoringPort { get; init; } = 15014;

    public required ResourcesDto Resources { get; init; }

    public required string Revision { get; init; }

    public required string RootNamespace { get; init; }

    public required string Status { get; init; }

    public ThresholdsDto Thresholds { get; init; } = new(0, 0);

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public VersionDto? Version { get; init; }
}

public sealed record ControlPlaneConfigDto(CertificateDto[] Certificates, EffectiveConfigDto EffectiveConfig, StandardConfigDto StandardConfig);

public sealed record EffectiveConfigDto(ConfigMapDto ConfigMap);

public sealed record StandardConfigDto(string Cluster, ConfigMapDto ConfigMap, string Name, string Namespace);

public sealed record ConfigMapDto(JsonObject Mesh, JsonObject MeshNetworks);

public sealed record CertificateDto
{
    public required string ConfigMapName { get; init; }

    public required string Issuer { get; init; }

    public required string NotBefore { get; init; }

    public required string NotAfter { get; init; }

    public required string Error { get; init; }

    public required bool Accessible { get; init; }

    public string Cluster { get; init; } = "";

    public string[]? DnsNames { get; init; }
}

public sealed record ResourcesDto
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, string>? Requests { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, string>? Limits { get; init; }
}

public sealed record ThresholdsDto(double Cpu, double Memory);

public sealed record VersionDto(string Name, string Version, TempoConfigDto TempoConfig);
