using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Weft.Istio.Json;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.GatewayApi;

/// <summary>Its matches are alternatives; none matches every path.</summary>
public sealed record K8sHttpRule
{
    public string? Name { get; init; }

    public ImmutableArray<K8sHttpMatch> Matches { get => field.OrEmpty(); init; }

    public ImmutableArray<K8sFilter> Filters { get => field.OrEmpty(); init; }

    public ImmutableArray<K8sBackend> BackendRefs { get => field.OrEmpty(); init; }

    public K8sTimeouts? Timeouts { get; init; }

    public K8sRetry? Retry { get; init; }
}

public sealed record K8sHttpMatch
{
    public K8sPathMatch? Path { get; init; }

    public ImmutableArray<K8sNamedMatch> Headers { get => field.OrEmpty(); init; }

    public ImmutableArray<K8sNamedMatch> QueryParams { get => field.OrEmpty(); init; }

    public string? Method { get; init; }
}

/// <summary>PathPrefix when no type is stated, Exact or RegularExpression.</summary>
public sealed record K8sPathMatch
{
    public string? Type { get; init; }

    public string? Value { get; init; }
}

/// <summary>Exact when no type is stated, or RegularExpression.</summary>
public sealed record K8sNamedMatch
{
    public string? Type { get; init; }

    public string Name { get => field ?? ""; init; }

    public string? Value { get; init; }
}

public sealed record K8sGrpcRule
{
    public string? Name { get; init; }

    public ImmutableArray<K8sGrpcMatch> Matches { get => field.OrEmpty(); init; }

    public ImmutableArray<K8sFilter> Filters { get => field.OrEmpty(); init; }

    public ImmutableArray<K8sBackend> BackendRefs { get => field.OrEmpty(); init; }
}

public sealed record K8sGrpcMatch
{
    public K8sGrpcMethod? Method { get; init; }

    public ImmutableArray<K8sNamedMatch> Headers { get => field.OrEmpty(); init; }
}

/// <summary>Exact when no type is stated, or RegularExpression.</summary>
public sealed record K8sGrpcMethod
{
    public string? Type { get; init; }

    public string? Service { get; init; }

    public string? Method { get; init; }
}

/// <summary>What is done with a request or its response; the type says which member is set.</summary>
public sealed record K8sFilter
{
    public string Type { get => field ?? ""; init; }

    public K8sHeaderFilter? RequestHeaderModifier { get; init; }

    public K8sHeaderFilter? ResponseHeaderModifier { get; init; }

    public K8sRequestRedirect? RequestRedirect { get; init; }

    public K8sUrlRewrite? UrlRewrite { get; init; }

    public K8sRequestMirror? RequestMirror { get; init; }

    public K8sCors? Cors { get; init; }
}

public sealed record K8sHeaderFilter
{
    public ImmutableArray<K8sHeader> Set { get => field.OrEmpty(); init; }

    public ImmutableArray<K8sHeader> Add { get => field.OrEmpty(); init; }

    public ImmutableArray<string> Remove { get => field.OrEmpty(); init; }
}

public sealed record K8sHeader
{
    public string Name { get => field ?? ""; init; }

    public string Value { get => field ?? ""; init; }
}

public sealed record K8sRequestRedirect
{
    public string? Scheme { get; init; }

    public string? Hostname { get; init; }

    public K8sPathModifier? Path { get; init; }

    public int? Port { get; init; }

    public int? StatusCode { get; init; }
}

public sealed record K8sUrlRewrite
{
    public string? Hostname { get; init; }

    public K8sPathModifier? Path { get; init; }
}

/// <summary>ReplaceFullPath or ReplacePrefixMatch.</summary>
public sealed record K8sPathModifier
{
    public string Type { get => field ?? ""; init; }

    public string? ReplaceFullPath { get; init; }

    public string? ReplacePrefixMatch { get; init; }
}

public sealed record K8sRequestMirror
{
    public K8sBackend BackendRef { get => field ?? new(); init; }

    public double? Percent { get; init; }

    public K8sFraction? Fraction { get; init; }
}

/// <summary>Of 100 when no denominator is stated.</summary>
public sealed record K8sFraction
{
    public int Numerator { get; init; }

    public int? Denominator { get; init; }
}

public sealed record K8sCors
{
    public ImmutableArray<string> AllowOrigins { get => field.OrEmpty(); init; }

    public bool? AllowCredentials { get; init; }

    public ImmutableArray<string> AllowMethods { get => field.OrEmpty(); init; }

    public ImmutableArray<string> AllowHeaders { get => field.OrEmpty(); init; }

    public ImmutableArray<string> ExposeHeaders { get => field.OrEmpty(); init; }

    /// <summary>In seconds.</summary>
    public int? MaxAge { get; init; }
}

public sealed record K8sTimeouts
{
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? Request { get; init; }

    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? BackendRequest { get; init; }
}

public sealed record K8sRetry
{
    public ImmutableArray<int> Codes { get => field.OrEmpty(); init; }

    public int? Attempts { get; init; }

    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? Backoff { get; init; }
}
