using System.Collections.Frozen;
using Envoy.Config.Route.V3;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Routing;

/// <summary>Conditions of retry_on, by Envoy's names.</summary>
[Flags]
internal enum RetryConditions
{
    None = 0,
    ConnectFailure = 1 << 0,
    RefusedStream = 1 << 1,
    Reset = 1 << 2,
    ResetBeforeRequest = 1 << 3,
    ServerError = 1 << 4,
    GatewayError = 1 << 5,
    Retriable4xx = 1 << 6,
    StatusCodes = 1 << 7,
    Cancelled = 1 << 8,
    DeadlineExceeded = 1 << 9,
    Internal = 1 << 10,
    ResourceExhausted = 1 << 11,
    Unavailable = 1 << 12,
}

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

    public required RetryConditions On { get; init; }

    public required int NumRetries { get; init; }

    /// <summary>For one attempt; zero leaves the route's timeout alone.</summary>
    public required TimeSpan PerTryTimeout { get; init; }

    public required FrozenSet<int> StatusCodes { get; init; }

    public required bool AvoidsPreviousHosts { get; init; }

    public required TimeSpan BaseInterval { get; init; }

    public required TimeSpan MaxInterval { get; init; }

    /// <returns>Null when nothing is ever retried.</returns>
    /// <exception cref="ResourceRejectedException">A setting that this proxy does not have.</exception>
    public static RetryPolicyModel? Compile(RetryPolicy? config)
    {
        if (config is null)
        {
            return null;
        }

        if (config.RetryPriority is not null || config.RetriableHeaders.Count > 0 || config.RetriableRequestHeaders.Count > 0
            || config.RetryOptionsPredicates.Count > 0 || config.RateLimitedRetryBackOff is not null || config.PerTryIdleTimeout is not null)
        {
            throw new ResourceRejectedException(
                "retry policies with retry_priority, retriable_headers, retriable_request_headers, retry_options_predicates, rate_limited_retry_back_off or per_try_idle_timeout are not supported");
        }

        if (config.RetryHostPredicate.FirstOrDefault(predicate => predicate.Name != "envoy.retry_host_predicates.previous_hosts") is { } unknown)
        {
            throw new ResourceRejectedException($"retry host predicate {unknown.Name} is not supported");
        }

        var conditions = config.RetryOn.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Aggregate(RetryConditions.None, (all, name) => all | Condition(name));
        var interval = config.RetryBackOff?.BaseInterval?.ToTimeSpan() ?? DefaultBaseInterval;
        return conditions == RetryConditions.None ? null : new RetryPolicyModel
        {
            On = conditions,
            NumRetries = (int)Math.Min(config.NumRetries ?? 1, int.MaxValue),
            PerTryTimeout = config.PerTryTimeout?.ToTimeSpan() ?? TimeSpan.Zero,
            StatusCodes = config.RetriableStatusCodes.Select(code => (int)code).ToFrozenSet(),
            AvoidsPreviousHosts = config.RetryHostPredicate.Count > 0,
            BaseInterval = interval,
            MaxInterval = config.RetryBackOff?.MaxInterval?.ToTimeSpan() ?? interval * 10,
        };
    }

    public bool Covers(AttemptFailure failure) =>
        Has(RetryConditions.Reset | RetryConditions.ServerError | RetryConditions.GatewayError)
        || (failure == AttemptFailure.Connect && Has(RetryConditions.ConnectFailure | RetryConditions.ResetBeforeRequest))
        || (failure == AttemptFailure.RefusedStream && Has(RetryConditions.RefusedStream));

    /// <param name="grpcStatus">Of the response's headers; null when there is none.</param>
    public bool Covers(int status, string? grpcStatus) =>
        (status >= 500 && Has(RetryConditions.ServerError))
        || (status is 502 or 503 or 504 && Has(RetryConditions.GatewayError))
        || (status == 409 && Has(RetryConditions.Retriable4xx))
        || (Has(RetryConditions.StatusCodes) && StatusCodes.Contains(status))
        || (grpcStatus is not null && Has(GrpcCondition(grpcStatus)));

    private bool Has(RetryConditions any) => (On & any) != 0;

    private static RetryConditions GrpcCondition(string status) => status switch
    {
        "1" => RetryConditions.Cancelled,
        "4" => RetryConditions.DeadlineExceeded,
        "8" => RetryConditions.ResourceExhausted,
        "13" => RetryConditions.Internal,
        "14" => RetryConditions.Unavailable,
        _ => RetryConditions.None,
    };

    private static RetryConditions Condition(string name) => name switch
    {
        "connect-failure" => RetryConditions.ConnectFailure,
        "refused-stream" => RetryConditions.RefusedStream,
        "reset" => RetryConditions.Reset,
        "reset-before-request" => RetryConditions.ResetBeforeRequest,
        "5xx" => RetryConditions.ServerError,
        "gateway-error" => RetryConditions.GatewayError,
        "retriable-4xx" => RetryConditions.Retriable4xx,
        "retriable-status-codes" => RetryConditions.StatusCodes,
        "cancelled" => RetryConditions.Cancelled,
        "deadline-exceeded" => RetryConditions.DeadlineExceeded,
        "internal" => RetryConditions.Internal,
        "resource-exhausted" => RetryConditions.ResourceExhausted,
        "unavailable" => RetryConditions.Unavailable,
        _ => throw new ResourceRejectedException($"retry_on {name} is not supported"),
    };
}
