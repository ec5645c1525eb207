using Weft.Xds.Grpc;

namespace Weft.ControlPlane.Grpc;

/// <summary>Ends a call with a status that the caller sees.</summary>
public sealed class GrpcStatusException(GrpcStatusCode status, string message) : Exception(message)
{
    public GrpcStatusCode Status { get; } = status;
}
