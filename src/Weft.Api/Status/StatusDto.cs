using System.Text.Json.Serialization;

namespace Weft.Api.Status;

public sealed record StatusDto(
    Dictionary<string, string> Status, ExternalServiceDto[] ExternalServices, string[] WarningMessages, IstioEnvironmentDto IstioEnvironment);

public sealed record ExternalServiceDto(string Name, string? Version, string? Url, TempoConfigDto TempoConfig);

/// <summary>Empty for everything but tracing; the field is always there.</summary>
public sealed record TempoConfigDto(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? CacheCapacity = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? CacheEnabled = null)
{
    /// <summary>As Kiali's defaults; ours keeps as many.</summary>
    public static TempoConfigDto OfTracing { get; } = new(200, true);
}

public sealed record IstioEnvironmentDto([property: JsonPropertyName("istioAPIEnabled"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] bool IstioApiEnabled);
