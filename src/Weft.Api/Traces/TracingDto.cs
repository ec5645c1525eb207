using System.Text.Json.Serialization;

namespace Weft.Api.Traces;

/// <summary>Kiali's description of the tracing backend.</summary>
public sealed record TracingDto(
    bool Enabled,
    bool Integration,
    [property: JsonPropertyName("internalURL")] string InternalUrl,
    string Provider,
    TracingCacheDto TempoConfig,
    string Url,
    bool NamespaceSelector,
    bool UseWaypointName,
    string[] WhiteListIstioSystem);

public sealed record TracingCacheDto(int CacheCapacity, bool CacheEnabled);

public sealed record DiagnosisDto(int Code, string Message, DiagnosisStepDto[] LogLine, DiagnosisConfigDto[] ValidConfig);

public sealed record DiagnosisStepDto(string Time, string Test, string Result);

/// <summary>A configuration that was seen to work.</summary>
public sealed record DiagnosisConfigDto(string Provider, string Url);

public sealed record CheckDto(string Error, string Message);

/// <summary>The bodies of tracing settings; all fields are always there.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TracingDto))]
[JsonSerializable(typeof(DiagnosisDto))]
[JsonSerializable(typeof(CheckDto))]
internal sealed partial class TracingJsonContext : JsonSerializerContext;
