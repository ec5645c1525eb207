using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Weft.Istio.Json;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Telemetry;

/// <summary>Istio's Telemetry: what proxies report.</summary>
public sealed record TelemetryConfig : IKubeObject
{
    public string ApiVersion { get => field ?? "telemetry.istio.io/v1"; init; }

    public string Kind { get => field ?? "Telemetry"; init; }

    public ObjectMeta Metadata { get => field ?? new(); init; }

    public TelemetrySpec Spec { get => field ?? new(); init; }
}

public sealed record TelemetrySpec
{
    public WorkloadSelector? Selector { get; init; }

    /// <summary>What it attaches to instead of selecting; the older field holds one.</summary>
    public PolicyTarget? TargetRef { get; init; }

    public ImmutableArray<PolicyTarget> TargetRefs { get => field.OrEmpty(); init; }

    public ImmutableArray<TracingSettings> Tracing { get => field.OrEmpty(); init; }

    public ImmutableArray<MetricsSettings> Metrics { get => field.OrEmpty(); init; }

    public ImmutableArray<AccessLogSettings> AccessLogging { get => field.OrEmpty(); init; }
}

/// <summary>The name of an extension provider of the mesh.</summary>
public sealed record ProviderRef
{
    public string Name { get => field ?? ""; init; }
}

/// <summary>Which side of a call is meant: CLIENT, SERVER, or both when absent or CLIENT_AND_SERVER.</summary>
public sealed record TelemetryMatch
{
    public string? Mode { get; init; }
}

public sealed record TracingSettings
{
    public TelemetryMatch? Match { get; init; }

    public ImmutableArray<ProviderRef> Providers { get => field.OrEmpty(); init; }

    /// <summary>0 to 100.</summary>
    public double? RandomSamplingPercentage { get; init; }

    public bool? DisableSpanReporting { get; init; }

    public ImmutableDictionary<string, CustomTag>? CustomTags { get; init; }

    public bool? UseRequestIdForTraceSampling { get; init; }

    public bool? EnableIstioTags { get; init; }
}

/// <summary>The value of a span's tag; one of them is set.</summary>
public sealed record CustomTag
{
    public LiteralTag? Literal { get; init; }

    public NamedTag? Environment { get; init; }

    public NamedTag? Header { get; init; }
}

public sealed record LiteralTag
{
    public string Value { get => field ?? ""; init; }
}

/// <summary>A request header or an environment variable of the proxy, and what stands for it when it is absent.</summary>
public sealed record NamedTag
{
    public string Name { get => field ?? ""; init; }

    public string? DefaultValue { get; init; }
}

public sealed record MetricsSettings
{
    public ImmutableArray<ProviderRef> Providers { get => field.OrEmpty(); init; }

    public ImmutableArray<MetricsOverride> Overrides { get => field.OrEmpty(); init; }

    /// <summary>Between two reports of an open connection.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? ReportingInterval { get; init; }
}

public sealed record MetricsOverride
{
    public MetricMatch? Match { get; init; }

    public bool? Disabled { get; init; }

    public ImmutableDictionary<string, TagOverride> TagOverrides { get => field.OrEmpty(); init; }
}

/// <summary>A metric by its name in Istio's enumeration, or a custom one; all when neither is stated.</summary>
public sealed record MetricMatch
{
    public string? Metric { get; init; }

    public string? CustomMetric { get; init; }

    public string? Mode { get; init; }
}

/// <summary>UPSERT, the default, with a CEL expression; or REMOVE.</summary>
public sealed record TagOverride
{
    public string? Operation { get; init; }

    public string? Value { get; init; }
}

public sealed record AccessLogSettings
{
    public TelemetryMatch? Match { get; init; }

    public ImmutableArray<ProviderRef> Providers { get => field.OrEmpty(); init; }

    public bool? Disabled { get; init; }

    public AccessLogFilter? Filter { get; init; }
}

public sealed record AccessLogFilter
{
    /// <summary>In CEL; what it is false for is not logged.</summary>
    public string Expression { get => field ?? ""; init; }
}
