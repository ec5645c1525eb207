namespace Weft.Observability.Metrics;

/// <summary>Why the metrics store gave no answer.</summary>
public enum MetricsQueryError
{
    /// <summary>The store could not be reached, or the connection broke.</summary>
    Unreachable,

    /// <summary>No answer within the client's time limit.</summary>
    Timeout,

    /// <summary>The store answered with an error of its own; see <see cref="MetricsQueryException.ErrorType"/>.</summary>
    Rejected,

    /// <summary>The answer is not what the Prometheus API promises.</summary>
    InvalidResponse,
}

/// <summary>A question to the metrics store has failed. Names the query, so that a banner or a log line can.</summary>
public sealed class MetricsQueryException(string query, MetricsQueryError error, string errorType, string message, Exception? cause = null)
    : Exception($"{message} (query: {query})", cause)
{
    /// <summary>The PromQL text, or the path of a request that carries none.</summary>
    public string Query { get; } = query;

    public MetricsQueryError Error { get; } = error;

    /// <summary>Prometheus' <c>errorType</c> (<c>bad_data</c>, <c>execution</c>, <c>timeout</c> ...); empty when it did not answer.</summary>
    public string ErrorType { get; } = errorType;

    /// <summary>The store's own words, without the query.</summary>
    public string Reason { get; } = message;
}
