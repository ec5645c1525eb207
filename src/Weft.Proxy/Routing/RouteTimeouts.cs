using RouteActionConfig = Envoy.Config.Route.V3.RouteAction;

namespace Weft.Proxy.Routing;

/// <summary>The times that a route sets.</summary>
/// <param name="Response">From the end of the request to the end of the response; zero never ends (Istio's default).</param>
/// <param name="Idle">Without a byte in either direction; null leaves the connection manager's, zero never ends.</param>
/// <param name="MaxGrpc">For gRPC, grpc-timeout up to this limit (zero: no limit) takes the place of <paramref name="Response"/>; null does not heed the header.</param>
/// <param name="MaxStream">max_stream_duration, from the request's first to the response's last byte; null leaves the connection manager's, zero never ends.</param>
/// <param name="MaxGrpcStream">grpc_timeout_header_max, as <paramref name="MaxGrpc"/> for <paramref name="MaxStream"/>.</param>
internal sealed record RouteTimeouts(TimeSpan Response, TimeSpan? Idle, TimeSpan? MaxGrpc, TimeSpan? MaxStream, TimeSpan? MaxGrpcStream)
{
    private static readonly TimeSpan DefaultResponse = TimeSpan.FromSeconds(15);

    public static RouteTimeouts Compile(RouteActionConfig config) => new(
        config.Timeout?.ToTimeSpan() ?? DefaultResponse,
        config.IdleTimeout?.ToTimeSpan(),
#pragma warning disable CS0612 // istiod still sends the deprecated max_grpc_timeout
        config.MaxGrpcTimeout?.ToTimeSpan(),
#pragma warning restore CS0612
        config.MaxStreamDuration?.MaxStreamDuration_?.ToTimeSpan(),
        config.MaxStreamDuration?.GrpcTimeoutHeaderMax?.ToTimeSpan());

    /// <summary>The time for a response, with a gRPC client's own deadline (FilterUtility::finalTimeout).</summary>
    /// <param name="requested">grpc-timeout; null for none or no gRPC.</param>
    public TimeSpan ResponseFor(bool isGrpc, TimeSpan? requested) => isGrpc && MaxGrpc is { } most ? Capped(requested ?? TimeSpan.Zero, most) : Response;

    /// <summary>The longest life of the stream; null when this route says nothing.</summary>
    public TimeSpan? StreamFor(TimeSpan? requested) =>
        requested is { } wanted && MaxGrpcStream is { } most ? Capped(wanted, most) : MaxStream;

    private static TimeSpan Capped(TimeSpan wanted, TimeSpan most) => most > TimeSpan.Zero && (wanted == TimeSpan.Zero || wanted > most) ? most : wanted;
}
