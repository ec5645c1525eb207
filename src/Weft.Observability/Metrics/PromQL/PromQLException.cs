namespace Weft.Observability.Metrics.PromQL;

/// <summary>A query text that is no PromQL, or has the wrong types. The message is worded as Prometheus words it, with line and column.</summary>
public sealed class PromQLParseException(string message) : Exception(message);

/// <summary>Why a well-formed query has no result; the HTTP API's <c>errorType</c>.</summary>
public enum PromQLFailure
{
    Execution,
    Timeout,
    Canceled,
}

/// <summary>A well-formed query that could not be evaluated.</summary>
public sealed class PromQLExecutionException(PromQLFailure failure, string message) : Exception(message)
{
    public PromQLFailure Failure { get; } = failure;
}
