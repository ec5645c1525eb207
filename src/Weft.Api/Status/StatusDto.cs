using System.Text.Json.Serialization;

namespace Weft.Api.Status;

public sealed record StatusDto(
    Dictionary<string, string> Status, ExternalServiceDto[] ExternalServices, string[] WarningMessages, IstioEnvironmentDto IstioEnvironment);

public sealed record ExternalServiceDto(string Name, string? Version, TempoConfigDto TempoConfig);

/// <summary>Empty for everything but tracing; the field is always there.</summary>
public sealed record TempoConfigDto;

public sealed record IstioEnvironmentDto([property: JsonPropertyName("istioAPIEnabled"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] bool IstioApiEnabled);
