namespace Weft.Xds.Grpc;

/// <summary>The status codes of gRPC, by their numbers on the wire.</summary>
public enum GrpcStatusCode
{
    Ok = 0,
    Cancelled = 1,
    Unknown = 2,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    AlreadyExists = 6,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Aborted = 10,
    OutOfRange = 11,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    DataLoss = 15,
    Unauthenticated = 16,
}

/// <summary>A call ended with a status other than OK, or its transport failed (then <see cref="GrpcStatusCode.Unavailable"/>).</summary>
public sealed class GrpcCallException(GrpcStatusCode code, string detail, Exception? inner = null)
    : Exception($"{code}: {detail}", inner)
{
    public GrpcStatusCode Code { get; } = code;

    /// <summary>The peer's grpc-message, or what went wrong with the transport.</summary>
    public string Detail { get; } = detail;
}
