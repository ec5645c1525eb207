namespace Weft.Observability.Metrics.Embedded.Endpoints;

/// <summary>An error answer of the HTTP API: Prometheus' <c>errorType</c> decides the status code.</summary>
internal sealed class ApiException(string errorType, string message) : Exception(message)
{
    public string ErrorType { get; } = errorType;

    public static ApiException BadData(string message) => new("bad_data", message);

    public static ApiException InvalidParameter(string name, string message) => new("bad_data", $"invalid parameter \"{name}\": {message}");
}
