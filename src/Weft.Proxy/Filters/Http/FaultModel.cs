using Envoy.Extensions.Filters.Http.Fault.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Routing;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Filters.Http;

/// <summary>Faults that a route injects: a delay, then an abort.</summary>
internal sealed record FaultModel(FaultDelay? Delay, FaultAbort? Abort)
{
    /// <returns>Null when no fault can ever happen.</returns>
    /// <exception cref="ResourceRejectedException">Another message, or a kind of fault that this proxy does not have.</exception>
    public static FaultModel? Compile(Any config)
    {
        if (!config.Is(HTTPFault.Descriptor))
        {
            throw new ResourceRejectedException($"fault settings of type {config.TypeUrl} are not supported");
        }

        var fault = HTTPFault.Parser.ParseFrom(config.Value);
        if (fault.ResponseRateLimit is not null || fault.MaxActiveFaults is not null || fault.UpstreamCluster.Length > 0 || fault.Headers.Count > 0 || fault.DownstreamNodes.Count > 0)
        {
            throw new ResourceRejectedException("faults with response_rate_limit, max_active_faults, upstream_cluster, headers or downstream_nodes are not supported");
        }

        var delay = CompileDelay(fault.Delay);
        var abort = CompileAbort(fault.Abort);
        return delay is null && abort is null ? null : new FaultModel(delay, abort);
    }

    private static FaultDelay? CompileDelay(Envoy.Extensions.Filters.Common.Fault.V3.FaultDelay? config)
    {
        if (config is null)
        {
            return null;
        }

        if (config.FixedDelay is null)
        {
            throw new ResourceRejectedException("a fault delay without fixed_delay is not supported");
        }

        var share = Fraction.From(config.Percentage);
        return share.IsNever ? null : new FaultDelay(config.FixedDelay.ToTimeSpan(), share);
    }

    private static FaultAbort? CompileAbort(Envoy.Extensions.Filters.Http.Fault.V3.FaultAbort? config)
    {
        if (config is null)
        {
            return null;
        }

        var share = Fraction.From(config.Percentage);
        var abort = config.ErrorTypeCase switch
        {
            Envoy.Extensions.Filters.Http.Fault.V3.FaultAbort.ErrorTypeOneofCase.HttpStatus when config.HttpStatus is >= 200 and < 600 => new FaultAbort((int)config.HttpStatus, null, share),
            Envoy.Extensions.Filters.Http.Fault.V3.FaultAbort.ErrorTypeOneofCase.GrpcStatus when config.GrpcStatus <= 16 => new FaultAbort(HttpStatusFor(config.GrpcStatus), (int)config.GrpcStatus, share),
            _ => throw new ResourceRejectedException($"a fault abort needs http_status 200 to 599 or grpc_status 0 to 16, and has {config}"),
        };
        return share.IsNever ? null : abort;
    }

    // Envoy Grpc::Utility::grpcToHttpStatus, for clients that do not speak gRPC.
    private static int HttpStatusFor(uint grpcStatus) => grpcStatus switch
    {
        0 => 200,
        1 => 499,
        3 or 9 or 11 => 400,
        4 => 504,
        5 => 404,
        6 or 10 => 409,
        7 => 403,
        8 => 429,
        12 => 501,
        14 => 503,
        16 => 401,
        _ => 500,
    };
}

/// <summary>Holds requests back.</summary>
internal sealed record FaultDelay(TimeSpan Duration, Fraction Share);

/// <summary>Answers requests instead of the upstream.</summary>
/// <param name="GrpcStatus">What a gRPC client gets; null derives it from the HTTP status.</param>
internal sealed record FaultAbort(int HttpStatus, int? GrpcStatus, Fraction Share);
