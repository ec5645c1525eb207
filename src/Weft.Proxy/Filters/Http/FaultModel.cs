using System.Collections.Immutable;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Routing;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Filters.Http;

/// <summary>Faults that a route injects: a delay, then an abort.</summary>
internal sealed record FaultModel(FaultDelay? Delay, FaultAbort? Abort)
{
    /// <summary>Only requests with all of these headers.</summary>
    public ImmutableArray<HeaderMatch> Headers { get; init; } = [];

    /// <summary>Only requests to this cluster; null for any.</summary>
    public string? Cluster { get; init; }

    /// <summary>Only requests of these nodes (x-envoy-downstream-service-node); empty for any.</summary>
    public ImmutableArray<string> Nodes { get; init; } = [];

    /// <summary>So many delays and aborts may be under way at once.</summary>
    public uint MaxActive { get; init; } = uint.MaxValue;

    public FaultState State { get; } = new();

    public bool AppliesTo(HttpExchange exchange) =>
        (Headers.IsEmpty || Headers.All(header => header.Matches(exchange)))
        && (Cluster is null || (exchange.Route?.Action is ForwardAction forward && forward.Clusters.Names.SequenceEqual([Cluster])))
        && (Nodes.IsEmpty || (exchange.RequestHeader("x-envoy-downstream-service-node") is { } node && Nodes.Contains(node)));

    /// <returns>Null when no fault can ever happen.</returns>
    /// <exception cref="ResourceRejectedException">Another message, or a kind of fault that this proxy does not have.</exception>
    public static FaultModel? Compile(Any config)
    {
        if (!config.Is(HTTPFault.Descriptor))
        {
            throw new ResourceRejectedException($"fault settings of type {config.TypeUrl} are not supported");
        }

        var fault = HTTPFault.Parser.ParseFrom(config.Value);
        if (fault.ResponseRateLimit is not null)
        {
            throw new ResourceRejectedException("faults with response_rate_limit are not supported");
        }

        var delay = CompileDelay(fault.Delay);
        var abort = CompileAbort(fault.Abort);
        return delay is null && abort is null ? null : new FaultModel(delay, abort)
        {
            Headers = [.. fault.Headers.Select(header => new HeaderMatch(header))],
            Cluster = fault.UpstreamCluster.Length > 0 ? fault.UpstreamCluster : null,
            Nodes = [.. fault.DownstreamNodes],
            MaxActive = fault.MaxActiveFaults ?? uint.MaxValue,
        };
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

/// <summary>How many faults of one model are under way. Safe for any thread.</summary>
internal sealed class FaultState
{
    private long _active;

    /// <returns>False when there are too many; else <see cref="Leave"/> must follow.</returns>
    public bool TryEnter(uint limit)
    {
        if (Interlocked.Increment(ref _active) <= limit)
        {
            return true;
        }

        Interlocked.Decrement(ref _active);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _active);
}

/// <summary>Holds requests back.</summary>
internal sealed record FaultDelay(TimeSpan Duration, Fraction Share);

/// <summary>Answers requests instead of the upstream.</summary>
/// <param name="GrpcStatus">What a gRPC client gets; null derives it from the HTTP status.</param>
internal sealed record FaultAbort(int HttpStatus, int? GrpcStatus, Fraction Share);
