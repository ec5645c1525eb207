using System.Collections.Frozen;
using System.Globalization;
using Weft.Istio.Admission.Checks;
using Weft.Istio.Admission.Syntax;

namespace Weft.Istio.Admission;

/// <summary>How an HTTP rule treats requests: retries, faults, cross-origin rules.</summary>
internal static class HttpPolicyRules
{
    private static readonly FrozenSet<string> s_retryConditions = FrozenSet.ToFrozenSet(
    [
        "5xx", "gateway-error", "reset", "reset-before-request", "connect-failure", "retriable-4xx", "refused-stream", "retriable-status-codes", "retriable-headers",
        "envoy-ratelimited", "http3-post-connect-failure", "cancelled", "deadline-exceeded", "internal", "resource-exhausted", "unavailable",
    ]);

    private static readonly FrozenSet<string> s_grpcStatuses = FrozenSet.ToFrozenSet(
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "UNAUTHENTICATED", "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS",
    ]);

    private static readonly FrozenSet<string> s_methods =
        FrozenSet.ToFrozenSet(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE", "*"]);

    public static Findings CheckRetry(Spec retries)
    {
        var findings = new Findings();
        var attempts = retries.Number("attempts");
        findings.ListedError(attempts < 0 ? "attempts cannot be negative" : null);
        var isConfigured = retries.Has("perTryTimeout") || retries.Text("retryOn").Length > 0 || retries.Has("retryRemoteLocalities");
        findings.ErrorIf(retries.Exists && attempts == 0 && isConfigured, "http retry policy configured when attempts are set to 0 (disabled)");
        findings.Error(Values.Duration(retries.Duration("perTryTimeout")));
        if (retries.Text("retryOn") is { Length: > 0 } conditions)
        {
            foreach (var condition in conditions.Split(',').Where(condition => !IsRetryCondition(condition)))
            {
                findings.Error($"{GoText.Quote(condition)} is not a valid retryOn policy");
            }
        }

        findings.Error(Values.Duration(retries.Duration("backoff")));
        return findings;
    }

    public static Findings CheckFault(Spec fault)
    {
        var findings = new Findings();
        if (!fault.Exists)
        {
            return findings;
        }

        var (abort, delay) = (fault.Message("abort"), fault.Message("delay"));
        findings.ListedError(abort.Exists || delay.Exists ? null : "HTTP fault injection must have an abort and/or a delay");
        if (abort.Exists)
        {
            CheckAbort(abort, findings);
        }

        if (delay.Exists)
        {
            findings.Error(Values.Percentage(delay.Message("percentage")));
            findings.Error(Values.Duration(delay.Duration("fixedDelay")));
            if (delay.Has("exponentialDelay"))
            {
                findings.Error(Values.Duration(delay.Duration("exponentialDelay")));
                findings.ListedError("exponentialDelay not supported yet");
            }
        }

        return findings;
    }

    public static Findings CheckCors(Spec policy)
    {
        var findings = new Findings();
        foreach (var origin in policy.Messages("allowOrigins"))
        {
            var isEmpty = origin.Text("exact").Length == 0 && origin.Text("prefix").Length == 0 && origin.Text("regex").Length == 0;
            findings.Error(isEmpty ? "'' is not a valid match type for CORS allow origins" : Values.RegexOf(origin, "corsPolicy.allowOrigins"));
        }

        foreach (var method in policy.Texts("allowMethods"))
        {
            findings.ErrorIf(!s_methods.Contains(method), $"{GoText.Quote(method)} is not a supported HTTP method");
        }

        foreach (var header in policy.Texts("allowHeaders").Concat(policy.Texts("exposeHeaders")))
        {
            findings.Error(Headers.Cors(header));
        }

        var maxAge = policy.Duration("maxAge");
        findings.Error(Values.Duration(maxAge));
        findings.ListedError(maxAge is { } age && age.Ticks % TimeSpan.TicksPerSecond > 0 ? "max_age duration is accurate only to seconds precision" : null);
        return findings;
    }

    private static void CheckAbort(Spec abort, Findings findings)
    {
        findings.Error(Values.Percentage(abort.Message("percentage")));
        if (abort.Has("grpcStatus"))
        {
            var status = abort.Text("grpcStatus");
            findings.ErrorIf(
                !s_grpcStatuses.Contains(status),
                $"gRPC status {GoText.Quote(status)} is not supported. See https://github.com/grpc/grpc/blob/master/doc/statuscodes.md for a list of supported codes, for example 'NOT_FOUND'");
        }
        else if (abort.Has("http2Error"))
        {
            findings.Error("HTTP/2 abort fault injection not supported yet");
        }
        else if (abort.Has("httpStatus"))
        {
            findings.Error(HttpActionRules.Status(abort.Number("httpStatus")));
        }
    }

    /// <summary>A condition of Envoy's, or an HTTP status that has a name.</summary>
    private static bool IsRetryCondition(string condition) => s_retryConditions.Contains(condition)
        || (int.TryParse(condition, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var status) && IsNamedStatus(status));

    private static bool IsNamedStatus(int status) => status is (>= 100 and <= 103) or (>= 200 and <= 208) or 226 or (>= 300 and <= 305) or 307 or 308
        or (>= 400 and <= 418) or (>= 421 and <= 426) or 428 or 429 or 431 or 451 or (>= 500 and <= 508) or 510 or 511;
}
