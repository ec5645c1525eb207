namespace Weft.Proxy.Formatting;

/// <summary>The names of gRPC status codes as Envoy's formats write them.</summary>
internal static class GrpcStatusText
{
    private static readonly string[] CamelNames =
    [
        "OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists", "PermissionDenied", "ResourceExhausted",
        "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented", "Internal", "Unavailable", "DataLoss", "Unauthenticated",
    ];

    private static readonly string[] SnakeNames =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    /// <returns>The number itself when it is no known code; null for no status.</returns>
    public static string? Camel(string? status) => Name(CamelNames, status);

    public static string? Snake(string? status) => Name(SnakeNames, status);

    private static string? Name(string[] names, string? status) =>
        string.IsNullOrEmpty(status) ? null : int.TryParse(status, out var code) && code >= 0 && code < names.Length ? names[code] : status;
}
