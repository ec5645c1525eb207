using System.Globalization;
using Weft.Proxy.Routing;

namespace Weft.Proxy.Forwarding;

/// <summary>The x-envoy-* request headers by which a caller overrides its route; the router takes them off. A gateway removes those of foreign callers before.</summary>
internal static class RouterHeaders
{
    private const string Timeout = "x-envoy-upstream-rq-timeout-ms";
    private const string PerTryTimeout = "x-envoy-upstream-rq-per-try-timeout-ms";
    private const string RetryOn = "x-envoy-retry-on";
    private const string RetryGrpcOn = "x-envoy-retry-grpc-on";
    private const string MaxRetries = "x-envoy-max-retries";
    private const string StatusCodes = "x-envoy-retriable-status-codes";
    private const string HeaderNames = "x-envoy-retriable-header-names";
    private const string ExpectedTimeout = "x-envoy-expected-rq-timeout-ms";

    /// <summary>Those that a gateway does not take from outside (ConnectionManagerUtility::cleanInternalHeaders).</summary>
    public static IReadOnlyList<string> Internal { get; } =
    [
        Timeout, PerTryTimeout, RetryOn, RetryGrpcOn, MaxRetries, StatusCodes, HeaderNames, ExpectedTimeout, "x-envoy-upstream-alt-stat-name", "x-envoy-hedge-on-per-try-timeout",
        "x-envoy-force-trace", "x-envoy-ip-tags", "x-envoy-original-url", HttpHeaderRules.DecoratorOperation, "x-envoy-downstream-service-cluster", "x-envoy-downstream-service-node",
        "x-envoy-internal",
    ];

    /// <summary>Takes the overrides off the request.</summary>
    /// <returns>The retry policy to follow; null when there is none.</returns>
    public static RetryPolicyModel? Take(HttpExchange exchange, RetryPolicyModel? policy)
    {
        var headers = exchange.RequestHeaders;
        exchange.RequestedTimeout = Milliseconds(Remove(exchange, Timeout));
        var perTry = Milliseconds(Remove(exchange, PerTryTimeout));
        var on = Remove(exchange, RetryOn);
        var grpcOn = Remove(exchange, RetryGrpcOn);
        var most = Remove(exchange, MaxRetries);
        var codes = Remove(exchange, StatusCodes);
        var names = Remove(exchange, HeaderNames);
        headers.Remove(ExpectedTimeout);
        if (on is not null || grpcOn is not null || most is not null || perTry is not null || codes is not null || names is not null)
        {
            policy = (policy ?? RetryPolicyModel.OfRequest).With(string.Join(',', on, grpcOn), most, perTry, codes, names);
        }

        return policy is { On: not RetryConditions.None } && policy.AppliesTo(exchange) ? policy : null;
    }

    /// <summary>Tells the upstream how long its answer may take.</summary>
    public static void TellTimeout(HttpExchange exchange, TimeSpan response, TimeSpan perTry)
    {
        var expected = perTry > TimeSpan.Zero && (response <= TimeSpan.Zero || perTry < response) ? perTry : response;
        if (expected > TimeSpan.Zero && !exchange.Manager.HidesRouterHeaders)
        {
            exchange.RequestHeaders[ExpectedTimeout] = ((long)expected.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        }
    }

    private static string? Remove(HttpExchange exchange, string name) => exchange.RequestHeaders.Remove(name, out var values) ? values.ToString() : null;

    private static TimeSpan? Milliseconds(string? text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? TimeSpan.FromMilliseconds(value) : null;
}
