using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Weft.Istio.Json;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Networking;

/// <summary>One rule of a VirtualService's http list. Its match entries are alternatives; the first rule that matches wins.</summary>
public sealed record HttpRoute
{
    public string? Name { get; init; }

    public ImmutableArray<HttpMatch> Match { get => field.OrEmpty(); init; }

    public ImmutableArray<HttpRouteDestination> Route { get => field.OrEmpty(); init; }

    public HttpRedirect? Redirect { get; init; }

    public HttpDirectResponse? DirectResponse { get; init; }

    public HttpDelegate? Delegate { get; init; }

    public HttpRewrite? Rewrite { get; init; }

    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? Timeout { get; init; }

    public HttpRetry? Retries { get; init; }

    public HttpFaultInjection? Fault { get; init; }

    public Destination? Mirror { get; init; }

    public uint? MirrorPercent { get; init; }

    public Percent? MirrorPercentage { get; init; }

    public ImmutableArray<HttpMirrorPolicy> Mirrors { get => field.OrEmpty(); init; }

    public CorsPolicy? CorsPolicy { get; init; }

    public HeaderRules? Headers { get; init; }
}

/// <summary>All stated conditions of one entry must hold.</summary>
public sealed record HttpMatch
{
    public string? Name { get; init; }

    public StringMatch? Uri { get; init; }

    public StringMatch? Scheme { get; init; }

    public StringMatch? Method { get; init; }

    public StringMatch? Authority { get; init; }

    public ImmutableDictionary<string, StringMatch> Headers { get => field.OrEmpty(); init; }

    public ImmutableDictionary<string, StringMatch> WithoutHeaders { get => field.OrEmpty(); init; }

    public ImmutableDictionary<string, StringMatch> QueryParams { get => field.OrEmpty(); init; }

    public bool IgnoreUriCase { get; init; }

    public int Port { get; init; }

    public ImmutableDictionary<string, string> SourceLabels { get => field.OrEmpty(); init; }

    public ImmutableArray<string> Gateways { get => field.OrEmpty(); init; }

    public string? SourceNamespace { get; init; }

    public string? StatPrefix { get; init; }

    /// <summary>It has a condition on the claims of a verified token.</summary>
    [JsonIgnore]
    public bool ReadsToken => Headers.Keys.Concat(WithoutHeaders.Keys).Any(name => name.StartsWith("@request.auth.", StringComparison.Ordinal));
}

/// <summary>At most one of the three is set; none means "is present".</summary>
public sealed record StringMatch
{
    public string? Exact { get; init; }

    public string? Prefix { get; init; }

    public string? Regex { get; init; }

    public bool IsEmpty => Exact is null && Prefix is null && Regex is null;
}

public sealed record HttpRouteDestination
{
    public Destination Destination { get => field ?? new(); init; }

    public int Weight { get; init; }

    public HeaderRules? Headers { get; init; }
}

public sealed record HeaderRules
{
    public HeaderOperations? Request { get; init; }

    public HeaderOperations? Response { get; init; }
}

public sealed record HeaderOperations
{
    public ImmutableDictionary<string, string> Set { get => field.OrEmpty(); init; }

    public ImmutableDictionary<string, string> Add { get => field.OrEmpty(); init; }

    public ImmutableArray<string> Remove { get => field.OrEmpty(); init; }
}

public sealed record HttpRedirect
{
    public string? Uri { get; init; }

    public string? PrefixRewrite { get; init; }

    public string? Authority { get; init; }

    public string? Scheme { get; init; }

    public int? Port { get; init; }

    public string? DerivePort { get; init; }

    public int RedirectCode { get; init; }
}

public sealed record HttpDirectResponse
{
    public int Status { get; init; }

    public HttpBody? Body { get; init; }
}

public sealed record HttpBody
{
    public string? String { get; init; }

    public byte[]? Bytes { get; init; }
}

public sealed record HttpDelegate
{
    public string Name { get => field ?? ""; init; }

    public string? Namespace { get; init; }
}

public sealed record HttpRewrite
{
    public string? Uri { get; init; }

    public string? Authority { get; init; }

    public RegexRewrite? UriRegexRewrite { get; init; }
}

public sealed record RegexRewrite
{
    public string Match { get => field ?? ""; init; }

    public string Rewrite { get => field ?? ""; init; }
}

public sealed record HttpRetry
{
    public int Attempts { get; init; }

    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? PerTryTimeout { get; init; }

    public string? RetryOn { get; init; }

    public bool? RetryRemoteLocalities { get; init; }

    public bool? RetryIgnorePreviousHosts { get; init; }

    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? Backoff { get; init; }
}

public sealed record HttpFaultInjection
{
    public FaultDelay? Delay { get; init; }

    public FaultAbort? Abort { get; init; }
}

public sealed record FaultDelay
{
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? FixedDelay { get; init; }

    public int Percent { get; init; }

    public Percent? Percentage { get; init; }
}

public sealed record FaultAbort
{
    public int? HttpStatus { get; init; }

    public string? GrpcStatus { get; init; }

    public Percent? Percentage { get; init; }
}

public sealed record Percent
{
    public double Value { get; init; }
}

public sealed record HttpMirrorPolicy
{
    public Destination Destination { get => field ?? new(); init; }

    public Percent? Percentage { get; init; }
}

public sealed record CorsPolicy
{
    public ImmutableArray<StringMatch> AllowOrigins { get => field.OrEmpty(); init; }

    public ImmutableArray<string> AllowOrigin { get => field.OrEmpty(); init; }

    public ImmutableArray<string> AllowMethods { get => field.OrEmpty(); init; }

    public ImmutableArray<string> AllowHeaders { get => field.OrEmpty(); init; }

    public ImmutableArray<string> ExposeHeaders { get => field.OrEmpty(); init; }

    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? MaxAge { get; init; }

    public bool? AllowCredentials { get; init; }

    public string? UnmatchedPreflights { get; init; }
}
