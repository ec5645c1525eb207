using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Retry.Priority.PreviousPriorities.V3;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Routing;

/// <summary>How an attempt ended without a response.</summary>
internal enum AttemptFailure
{
    Connect,
    RefusedStream,

    /// <summary>The request had begun; includes the time-out of one attempt.</summary>
    Reset,
}

/// <summary>A RetryPolicy, resolved: when a request is sent again, how often, and where to.</summary>
internal sealed record RetryPolicyModel
{
    private static readonly TimeSpan DefaultBaseInterval = TimeSpan.FromMilliseconds(25);

    /// <summary>The policy of a route without one, on which a request may build by x-envoy-retry-on.</summary>
    public static RetryPolicyModel OfRequest { get; } = new()
    {
        On = RetryConditions.None,
        NumRetries = 1,
        PerTryTimeout = TimeSpan.Zero,
        StatusCodes = [],
        AvoidsPreviousHosts = false,
        BaseInterval = DefaultBaseInterval,
        MaxInterval = DefaultBaseInterval * 10,
    };

    public required RetryConditions On { get; init; }

    public required int NumRetries { get; init; }

    /// <summary>For one attempt; zero leaves the route's timeout alone.</summary>
    public required TimeSpan PerTryTimeout { get; init; }

    /// <summary>For one attempt without a byte of the upstream; zero never ends.</summary>
    public TimeSpan PerTryIdleTimeout { get; init; }

    public required FrozenSet<int> StatusCodes { get; init; }

    public required bool AvoidsPreviousHosts { get; init; }

    public required TimeSpan BaseInterval { get; init; }

    public required TimeSpan MaxInterval { get; init; }

    /// <summary>Response headers that make a response retriable.</summary>
    public ImmutableArray<HeaderMatch> ResponseHeaders { get; init; } = [];

    /// <summary>Names that a request gave by x-envoy-retriable-header-names.</summary>
    public ImmutableArray<string> ResponseHeaderNames { get; init; } = [];

    /// <summary>previous_priorities: after each so many attempts, the priorities that they went to are left out; 0 never leaves one out.</summary>
    public int PriorityUpdateFrequency { get; init; }

    /// <summary>Only requests with one of these headers are retried; empty is all.</summary>
    public ImmutableArray<HeaderMatch> RequestHeaders { get; init; } = [];

    /// <summary>Null when an upstream's wishes for a pause are not heeded.</summary>
    public ResetHeaders? RateLimitedBackOff { get; init; }

    /// <returns>Null when nothing is ever retried.</returns>
    /// <exception cref="ResourceRejectedException">A setting that this proxy does not have.</exception>
    public static RetryPolicyModel? Compile(RetryPolicy? config)
    {
        if (config is null)
        {
            return null;
        }

        if (config.RetryOptionsPredicates.Count > 0)
        {
            throw new ResourceRejectedException("retry policies with retry_options_predicates are not supported");
        }

        if (config.RetryHostPredicate.FirstOrDefault(predicate => predicate.Name != "envoy.retry_host_predicates.previous_hosts") is { } unknown)
        {
            throw new ResourceRejectedException($"retry host predicate {unknown.Name} is not supported");
        }

        if (config.RetryPriority is { } priority && priority.TypedConfig?.Is(PreviousPrioritiesConfig.Descriptor) != true)
        {
            throw new ResourceRejectedException($"retry priority {priority.Name} is not supported");
        }

        var conditions = RetryConditionNames.Parse(config.RetryOn);
        var interval = config.RetryBackOff?.BaseInterval?.ToTimeSpan() ?? DefaultBaseInterval;
        return conditions == RetryConditions.None ? null : new RetryPolicyModel
        {
            On = conditions,
            NumRetries = (int)Math.Min(config.NumRetries ?? 1, int.MaxValue),
            PerTryTimeout = config.PerTryTimeout?.ToTimeSpan() ?? TimeSpan.Zero,
            PerTryIdleTimeout = config.PerTryIdleTimeout?.ToTimeSpan() ?? TimeSpan.Zero,
            StatusCodes = config.RetriableStatusCodes.Select(code => (int)code).ToFrozenSet(),
            AvoidsPreviousHosts = config.RetryHostPredicate.Count > 0,
            PriorityUpdateFrequency = config.RetryPriority is { } previous ? Math.Max(1, PreviousPrioritiesConfig.Parser.ParseFrom(previous.TypedConfig.Value).UpdateFrequency) : 0,
            BaseInterval = interval,
            MaxInterval = config.RetryBackOff?.MaxInterval?.ToTimeSpan() ?? interval * 10,
            ResponseHeaders = [.. config.RetriableHeaders.Select(header => new HeaderMatch(header))],
            RequestHeaders = [.. config.RetriableRequestHeaders.Select(header => new HeaderMatch(header))],
            RateLimitedBackOff = ResetHeaders.Compile(config.RateLimitedRetryBackOff),
        };
    }

    /// <summary>This policy with what a request asks for; words that are not known are left out.</summary>
    public RetryPolicyModel With(string on, string? most, TimeSpan? perTry, string? codes, string? headerNames) => this with
    {
        On = On | RetryConditionNames.ParseKnown(on),
        NumRetries = uint.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? (int)Math.Min(count, int.MaxValue) : NumRetries,
        PerTryTimeout = perTry ?? PerTryTimeout,
        StatusCodes = codes is null ? StatusCodes : StatusCodes.Concat(Words(codes).Select(code => int.TryParse(code, out var status) ? status : 0)).ToFrozenSet(),
        ResponseHeaderNames = headerNames is null ? ResponseHeaderNames : [.. Words(headerNames)],
    };

    public bool AppliesTo(HttpExchange exchange) => RequestHeaders.IsEmpty || RequestHeaders.Any(header => header.Matches(exchange));

    public bool Covers(AttemptFailure failure) =>
        Has(RetryConditions.Reset | RetryConditions.ServerError | RetryConditions.GatewayError)
        || (failure == AttemptFailure.Connect && Has(RetryConditions.ConnectFailure | RetryConditions.ResetBeforeRequest))
        || (failure == AttemptFailure.RefusedStream && Has(RetryConditions.RefusedStream));

    /// <param name="grpcStatus">Of the response's headers; null when there is none.</param>
    /// <param name="header">Looks a response header up.</param>
    public bool Covers(int status, string? grpcStatus, Func<string, string?> header)
    {
        if (header("x-envoy-overloaded") is not null)
        {
            return false;
        }

        if (header("x-envoy-ratelimited") is not null)
        {
            return Has(RetryConditions.RateLimited);
        }

        return CoversStatus(status) || (grpcStatus is not null && Has(RetryConditionNames.OfGrpc(grpcStatus))) || (Has(RetryConditions.Headers) && CoversHeaders(header));
    }

    private bool CoversStatus(int status) =>
        (status >= 500 && Has(RetryConditions.ServerError))
        || (status is 502 or 503 or 504 && Has(RetryConditions.GatewayError))
        || (status == 409 && Has(RetryConditions.Retriable4xx))
        || (Has(RetryConditions.StatusCodes) && StatusCodes.Contains(status));

    private bool CoversHeaders(Func<string, string?> header) =>
        ResponseHeaders.Any(match => match.Matches(header)) || ResponseHeaderNames.Any(name => header(name) is not null);

    private bool Has(RetryConditions any) => (On & any) != 0;

    private static string[] Words(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>rate_limited_retry_back_off: response headers that say how long to wait before a retry.</summary>
internal sealed record ResetHeaders(ImmutableArray<(string Name, bool IsTimestamp)> Names, TimeSpan MaxInterval)
{
    private static readonly TimeSpan DefaultMax = TimeSpan.FromSeconds(300);

    public static ResetHeaders? Compile(RetryPolicy.Types.RateLimitedRetryBackOff? config) => config is null ? null : new ResetHeaders(
        [.. config.ResetHeaders.Select(header => (header.Name, header.Format == RetryPolicy.Types.ResetHeaderFormat.UnixTimestamp))],
        config.MaxInterval?.ToTimeSpan() ?? DefaultMax);

    /// <returns>Null when no header says so, or asks for longer than the maximum.</returns>
    public TimeSpan? Pause(Func<string, string?> header, DateTimeOffset now)
    {
        foreach (var (name, isTimestamp) in Names)
        {
            if (long.TryParse(header(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value < uint.MaxValue)
            {
                var pause = isTimestamp ? DateTimeOffset.FromUnixTimeSeconds(value) - now : TimeSpan.FromSeconds(value);
                if (pause >= TimeSpan.Zero && pause <= MaxInterval)
                {
                    return pause;
                }
            }
        }

        return null;
    }
}
