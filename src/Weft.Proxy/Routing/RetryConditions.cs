using System.Collections.Frozen;
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
    Headers = 1 << 13,
    RateLimited = 1 << 14,

    /// <summary>Concerns HTTP/3 only, which is not spoken here.</summary>
    Http3 = 1 << 15,
}

/// <summary>Reads lists of retry conditions.</summary>
internal static class RetryConditionNames
{
    private static readonly FrozenDictionary<string, RetryConditions> Names = new Dictionary<string, RetryConditions>(StringComparer.Ordinal)
    {
        ["connect-failure"] = RetryConditions.ConnectFailure,
        ["refused-stream"] = RetryConditions.RefusedStream,
        ["reset"] = RetryConditions.Reset,
        ["reset-before-request"] = RetryConditions.ResetBeforeRequest,
        ["5xx"] = RetryConditions.ServerError,
        ["gateway-error"] = RetryConditions.GatewayError,
        ["retriable-4xx"] = RetryConditions.Retriable4xx,
        ["retriable-status-codes"] = RetryConditions.StatusCodes,
        ["retriable-headers"] = RetryConditions.Headers,
        ["envoy-ratelimited"] = RetryConditions.RateLimited,
        ["cancelled"] = RetryConditions.Cancelled,
        ["deadline-exceeded"] = RetryConditions.DeadlineExceeded,
        ["internal"] = RetryConditions.Internal,
        ["resource-exhausted"] = RetryConditions.ResourceExhausted,
        ["unavailable"] = RetryConditions.Unavailable,
        ["http3-post-connect-failure"] = RetryConditions.Http3,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <exception cref="ResourceRejectedException">A word that is no condition.</exception>
    public static RetryConditions Parse(string list) => Words(list).Aggregate(RetryConditions.None, (all, name) =>
        Names.TryGetValue(name, out var condition) ? all | condition : throw new ResourceRejectedException($"retry_on {name} is not supported"));

    /// <summary>As <see cref="Parse"/>, without the words that are no conditions: what a client sends is no configuration.</summary>
    public static RetryConditions ParseKnown(string list) => Words(list).Aggregate(RetryConditions.None, (all, name) => all | Names.GetValueOrDefault(name));

    /// <param name="status">A gRPC status code.</param>
    public static RetryConditions OfGrpc(string status) => status switch
    {
        "1" => RetryConditions.Cancelled,
        "4" => RetryConditions.DeadlineExceeded,
        "8" => RetryConditions.ResourceExhausted,
        "13" => RetryConditions.Internal,
        "14" => RetryConditions.Unavailable,
        _ => RetryConditions.None,
    };

    private static string[] Words(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
